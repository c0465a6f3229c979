//! Context: the words round a number that say what it is.
//!
//! Words are looked up only where a rule asks for them, in a window before and after the candidate,
//! so text without candidates pays nothing for them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Topics, one bit each.
pub(crate) type Topics = u64;

/// A topic, its name in reasons, and its words. Words are lower-case; a compound of the source
/// text (`phoneNumber`, `phone_number`) counts as its parts. Words that are not ASCII are looked
/// for anywhere in the window, as their scripts write no spaces.
struct Topic {
    bit: Topics,
    name: &'static str,
    words: &'static str,
}

macro_rules! topics {
    ($($constant:ident = $name:literal, $words:literal;)*) => {
        #[allow(clippy::upper_case_acronyms, non_camel_case_types)]
        enum Index { $($constant),* }
        $(pub(crate) const $constant: Topics = 1 << Index::$constant as u64;)*
        const TOPICS: &[Topic] =
            &[$(Topic { bit: $constant, name: $name, words: $words }),*];
    };
}

topics! {
    PHONE = "phones", "phone phones telephone tel tels telefon téléphone telephon telefone teléfono telefono tél mobile mob \
        mobiles cell cellphone cellular call called calling callback whatsapp sms text txt fax msisdn \
        reach contact contacts handy rufnummer telefonnummer handynummer portable móvil movil celular llamar llámame \
        appeler appelez joindre cellulare puhelin puhelinnumero telefoon telefoonnummer mobiel gsm anrufen \
        komórka numer ring dial dialed dialled hotline voicemail callee caller \
        電話 电话 手机 手機 携帯 联系 전화 연락처 휴대폰 телефон Телефон тел Тел мобильный";
    CARD = "payment cards", "card cards credit debit visa mastercard amex american express maestro discover \
        pan cc ccn kreditkarte karte carte tarjeta carta cartão cartao cardnumber creditcard payment kort 信用卡 卡号 カード";
    BANK = "bank accounts", "iban bank account accounts acct konto kontonummer compte cuenta conto conta rekening \
        rekeningnummer bic swift sepa transfer überweisen überweisung";
    SSN = "social security", "ssn ssns social socialsecurity sécu sécurité nir insee";
    TAX = "tax numbers", "tax itin ein fein tin taxpayer tfn abn acn vat tva iva nip nif utr steuer steuerid \
        steuernummer idnr steueridentifikationsnummer inn инн ИНН oib afm αφμ ΑΦΜ ird gst gstin pan pib cuit \
        cuil rut cnpj cpf rfc acn employer";
    HEALTH = "health numbers", "nhs medicare patient health mbi medicaid npi dea kvnr krankenversicherung \
        versichertennummer nhi taj taj-szám insurance insured amka αμκα ΑΜΚΑ prescriber physician provider versicherungsnummer svnr \
        sozialversicherungsnummer";
    NATIONAL = "national numbers", "ssn nino national insurance ni identity identification citizen resident \
        aadhaar aadhar uidai uid pesel dni nie nif nric fin bsn burgerservicenummer sofinummer rijksregisternummer \
        rijksregister registre niss insz personnummer personnummeret fødselsnummer fodselsnummer fnr cpr henkilötunnus \
        hetu henkilotunnus rsa za idnr codice fiscale cf rrn tckn tc kimlik cedula cédula curp mykad ic \
        nik ktp egn егн ЕГН cnp jmbg oib rodné rodne číslo isikukood asmens kodas personas personalausweis \
        ausweis ahv avs sin nas snils снилс СНИЛС ppsn pps hkid id-number idnumber idcard teudat zehut \
        身份证 身份证号 主民登録 주민등록번호 주민번호 マイナンバー 個人番号 身分證 身分証";
    PASSPORT = "passports", "passport passports passeport reisepass pasaporte passaporto passnummer paspoort passaporte паспорт Паспорт 护照";
    NETWORK = "network addresses", "ip ips ipv4 ipv6 addr address host client peer remote server from inet src dst \
        source destination gateway dns x-forwarded-for forwarded listen bind connect connected connection nat subnet";
    MAIL = "e-mail", "email e-mail mail mailto mails correo courriel contact to cc from send sent user";
    DEVICE = "devices", "imei imeisv device handset vin vehicle chassis fahrgestellnummer fin";
    ORDER = "other numbers", "order orders invoice tracking trace span sku isbn ean upc gtin batch ticket commit \
        seed count counter total sum version ver release build rev revision request req seq sequence \
        offset bytes rows port pid uid size length bestellung bestellnummer rechnung rechnungsnummer facture commande \
        pedido factura ordine fattura zamówienie bestelling ref reference sha md5 hash uuid guid timestamp ts epoch nanos \
        millis elapsed duration latency price amount usd eur isin serial sample partition shard \
        population metric id_order transaction txn parcel shipment asin part lot job run issue pr";
    VERSION = "versions", "version ver v release build rev revision chrome firefox safari edge opera mozilla firmware \
        driver kernel package upgrade upgraded update updated sdk release oid schema";
}

#[derive(Default)]
pub(crate) struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// All words of all topics.
pub(crate) struct Words {
    ascii: HashMap<&'static [u8], Topics, BuildHasherDefault<Fnv>>,
    /// Looked for anywhere.
    other: Vec<(&'static [u8], Topics)>,
}

/// How far before a candidate its context is read, in bytes.
const BEFORE: usize = 72;
/// And how far after it.
const AFTER: usize = 24;
/// Words after a candidate count as this much further away.
const AFTER_PENALTY: u16 = 16;

impl Words {
    pub(crate) fn new() -> Self {
        let mut ascii: HashMap<_, _, _> = HashMap::default();
        let mut other = Vec::new();
        for topic in TOPICS {
            for word in topic.words.split_ascii_whitespace() {
                let foreign = word.bytes().any(|byte| byte >= 0xD0);
                if foreign {
                    other.push((word.as_bytes(), topic.bit));
                }
                *ascii.entry(word.as_bytes()).or_default() |= topic.bit;
            }
        }
        Self { ascii, other }
    }

    fn topics(&self, word: &[u8]) -> Topics {
        let mut lower = [0u8; 32];
        let Some(slot) = lower.get_mut(..word.len()) else { return 0 };
        slot.copy_from_slice(word);
        slot.make_ascii_lowercase();
        self.ascii.get(&*slot).copied().unwrap_or(0)
    }

    /// The topics of a key's parts: `user.phone_number` is about phones.
    pub(crate) fn of_key(&self, key: &[u8]) -> Topics {
        let mut all = 0;
        words(key, |word, _| all |= self.topics(word));
        all
    }

    /// What the words round `text[start..end]` are about.
    pub(crate) fn near(&self, text: &[u8], start: usize, end: usize) -> Context {
        let mut context = Context::default();
        let from = boundary(text, start.saturating_sub(BEFORE));
        let before = &text[from..start];
        words(before, |word, at| {
            let distance = before.len() - at - word.len();
            context.add(self.topics(word), distance as u16);
        });
        let after = &text[end..text.len().min(end + AFTER)];
        // A further line is about something else.
        let after = &after[..memchr::memchr(b'\n', after).unwrap_or(after.len())];
        words(after, |word, at| context.add(self.topics(word), at as u16 + AFTER_PENALTY));
        if before.iter().chain(after).any(|&byte| byte >= 0xD0) {
            for &(word, topics) in &self.other {
                if let Some(at) = memchr::memmem::rfind(before, word) {
                    context.add(topics, (before.len() - at - word.len()) as u16);
                }
            }
        }
        context
    }
}

/// Moves `at` to the start of a word, so that no part of a word is taken for a word.
fn boundary(text: &[u8], mut at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let mut budget = 24;
    while at < text.len() && budget > 0 && is_word(text[at - 1]) && is_word(text[at]) {
        at += 1;
        budget -= 1;
    }
    at
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Hands each word to `each` with its place; `camelCase` is two words and one.
fn words(text: &[u8], mut each: impl FnMut(&[u8], usize)) {
    let mut at = 0;
    while at < text.len() {
        if !is_word(text[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let mut part = at;
        while at < text.len() && is_word(text[at]) {
            if at > part && text[at].is_ascii_uppercase() && text[at - 1].is_ascii_lowercase() {
                each(&text[part..at], part);
                part = at;
            }
            at += 1;
        }
        each(&text[part..at], part);
        if part != start {
            each(&text[start..at], start);
        }
    }
}

/// The distance in bytes to the nearest word of each topic.
pub(crate) struct Context {
    distance: [u16; TOPICS.len()],
}

impl Default for Context {
    fn default() -> Self {
        Self { distance: [u16::MAX; TOPICS.len()] }
    }
}

impl Context {
    pub(crate) fn add(&mut self, topics: Topics, distance: u16) {
        let mut rest = topics;
        while rest != 0 {
            let slot = &mut self.distance[rest.trailing_zeros() as usize];
            *slot = distance.min(*slot);
            rest &= rest - 1;
        }
    }

    /// The distance to the nearest word of `topics`.
    pub(crate) fn distance(&self, topics: Topics) -> Option<u16> {
        TOPICS
            .iter()
            .zip(self.distance)
            .filter(|(topic, distance)| topic.bit & topics != 0 && *distance != u16::MAX)
            .map(|(_, distance)| distance)
            .min()
    }

    /// Whether the nearest word is about `topics` and not about `others`; the topic's name.
    pub(crate) fn about(&self, topics: Topics, others: Topics) -> Option<&'static str> {
        let distance = self.distance(topics)?;
        if self.distance(others & !topics).is_some_and(|other| other < distance) {
            return None;
        }
        TOPICS
            .iter()
            .zip(self.distance)
            .find(|(topic, near)| topic.bit & topics != 0 && *near == distance)
            .map(|(topic, _)| topic.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(before: &str, topics: Topics) -> Option<&'static str> {
        let text = format!("{before}4155550132");
        let words = Words::new();
        words.near(text.as_bytes(), before.len(), text.len()).about(topics, ORDER)
    }

    #[test]
    fn parts_of_names_are_words() {
        assert_eq!(topic("phoneNumber=", PHONE), Some("phones"));
        assert_eq!(topic("user_phone: ", PHONE), Some("phones"));
        assert_eq!(topic("PHONE ", PHONE), Some("phones"));
        assert_eq!(topic("headphones ", PHONE), None);
    }

    #[test]
    fn the_nearest_word_decides() {
        assert_eq!(topic("phone orders: order ", PHONE), None);
        assert_eq!(topic("order or phone ", PHONE), Some("phones"));
    }

    #[test]
    fn words_of_scripts_without_spaces_are_found() {
        assert_eq!(topic("我的电话是", PHONE), Some("phones"));
        assert_eq!(topic("téléphone : ", PHONE), Some("phones"));
    }
}
