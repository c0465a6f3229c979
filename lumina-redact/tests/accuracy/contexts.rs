//! The sentences round values: languages and formats, and what each number is called.

use crate::draw::Draw;

/// `{n}` is what the value is called, `{v}` the value.
const NAMED: &[&str] = &[
    "my {n} is {v}",
    "{n}: {v}",
    "{n} {v}, thanks",
    "hi, here is the {n} you wanted: {v}. anything else?",
    "The customer gave {n} {v} when asked.",
    "{\"{n}\": \"{v}\", \"status\": \"active\"}",
    "{n}={v} status=ok",
    "2024-03-12T10:11:12Z INFO kyc: {n}={v} attempt=2",
    "| {n} | {v} |",
    "User: {n}? {v}\\nAssistant: thank you",
    "{\\\"{n}\\\": \\\"{v}\\\"}",
    "meine {n} lautet {v}",
    "mon {n} est le {v}, merci",
    "mi {n} es {v}",
    "il mio {n} è {v}",
    "meu {n} é {v}",
    "mijn {n} is {v}",
    "mitt {n} är {v}",
    "mój {n} to {v}",
    "{n} - {v}",
    "<{n}>{v}</{n}>",
    "- {n}: {v}\n- next",
];

/// The same without a name for the value.
const BARE: &[&str] = &[
    "{v}",
    "sure, it's {v}",
    "it is {v}.",
    "here you go: {v}",
    "[{v}]",
    "\"{v}\"",
    "ok {v} thanks!",
    "das ist {v}",
    "c'est {v}",
    "({v})",
    "user said {v} twice",
    "value={v}",
    "foo;{v};bar",
    "first line\n{v}\nlast line",
];

/// What numbers are called, and whether their first layout is known without it.
const NAMES: &[(&str, bool, &[&str])] = &[
    ("us-ssn", true, &["SSN", "social security number", "ssn"]),
    ("us-itin", true, &["ITIN", "taxpayer id"]),
    ("us-ein", false, &["EIN", "employer tax number"]),
    ("us-mbi", true, &["Medicare number", "MBI"]),
    ("us-npi", false, &["NPI", "provider NPI"]),
    ("us-dea", false, &["DEA number", "prescriber DEA"]),
    ("ca-sin", false, &["SIN", "social insurance number"]),
    ("mx-curp", true, &["CURP"]),
    ("mx-rfc", false, &["RFC"]),
    ("uk-nhs", false, &["NHS number", "NHS no"]),
    ("uk-nino", true, &["national insurance number", "NI number"]),
    ("uk-utr", false, &["UTR", "tax reference UTR"]),
    ("ie-ppsn", true, &["PPS number", "PPSN"]),
    ("au-tfn", false, &["TFN", "tax file number"]),
    ("au-abn", true, &["ABN"]),
    ("au-acn", false, &["ACN"]),
    ("au-medicare", true, &["Medicare card", "medicare number"]),
    ("nz-ird", false, &["IRD number"]),
    ("nz-nhi", false, &["NHI number", "NHI"]),
    ("es-nif", true, &["DNI", "NIF"]),
    ("es-nie", true, &["NIE"]),
    ("es-cif", false, &["NIF", "VAT"]),
    ("it-codice-fiscale", true, &["codice fiscale", "CF"]),
    ("it-vat", false, &["partita IVA", "P. IVA"]),
    ("pl-pesel", false, &["PESEL"]),
    ("pl-nip", true, &["NIP"]),
    ("de-tax-id", true, &["Steuer-ID", "IdNr", "tax id"]),
    ("de-kvnr", false, &["Versichertennummer", "Krankenversicherung"]),
    ("at-svnr", true, &["SVNR", "Sozialversicherungsnummer"]),
    ("ch-ahv", true, &["AHV-Nummer", "numéro AVS"]),
    ("fr-nir", true, &["numéro de sécurité sociale", "NIR"]),
    ("nl-bsn", false, &["BSN", "burgerservicenummer"]),
    ("be-nn", true, &["rijksregisternummer", "NISS"]),
    ("se-personnummer", false, &["personnummer"]),
    ("no-fodselsnummer", true, &["fødselsnummer", "fnr"]),
    ("dk-cpr", false, &["CPR", "cpr-nummer"]),
    ("fi-hetu", true, &["henkilötunnus", "hetu"]),
    ("pt-nif", false, &["NIF", "número fiscal NIF"]),
    ("cz-rodne-cislo", false, &["rodné číslo"]),
    ("ro-cnp", true, &["CNP"]),
    ("bg-egn", false, &["EGN", "ЕГН"]),
    ("gr-amka", false, &["AMKA", "ΑΜΚΑ"]),
    ("hr-oib", false, &["OIB"]),
    ("hu-taj", false, &["TAJ", "TAJ szám"]),
    ("jmbg", true, &["JMBG"]),
    ("ee-lt-kood", false, &["isikukood", "asmens kodas"]),
    ("ru-snils", true, &["SNILS", "СНИЛС"]),
    ("ru-inn", false, &["INN", "ИНН"]),
    ("tr-tckn", false, &["TC kimlik no", "TCKN"]),
    ("in-aadhaar", true, &["Aadhaar", "aadhaar number"]),
    ("in-pan", true, &["PAN", "PAN card"]),
    ("in-gstin", true, &["GSTIN"]),
    ("sg-nric", true, &["NRIC", "FIN"]),
    ("cn-id", true, &["身份证号", "ID number"]),
    ("kr-rrn", true, &["주민등록번호", "RRN"]),
    ("kr-rrn-new", true, &["주민등록번호", "RRN"]),
    ("jp-my-number", false, &["マイナンバー", "個人番号"]),
    ("tw-id", true, &["身分證", "national ID"]),
    ("hk-id", true, &["HKID"]),
    ("my-nric", true, &["MyKad", "IC number", "nric"]),
    ("th-id", true, &["national id", "ID card"]),
    ("id-nik", false, &["NIK", "KTP"]),
    ("il-id", false, &["teudat zehut", "national id"]),
    ("ae-id", true, &["Emirates identity", "ID card"]),
    ("za-id", true, &["identity number", "RSA ID"]),
    ("br-cpf", true, &["CPF"]),
    ("br-cnpj", true, &["CNPJ"]),
    ("ar-cuit", true, &["CUIT"]),
    ("cl-rut", true, &["RUT"]),
    ("imei", false, &["IMEI", "device IMEI"]),
    ("us-aba", false, &["bank routing number", "bank ABA"]),
];

/// Whether a word beside the value may be left out, and what the value is called.
pub(crate) fn names(rule: &str) -> Option<(bool, &'static [&'static str])> {
    NAMES.iter().find(|row| row.0 == rule).map(|row| (row.1, row.2))
}

/// A sentence with `{v}` for a value called `name`.
pub(crate) fn named(d: &mut Draw, name: &str) -> String {
    d.pick(NAMED).replace("{n}", name)
}

/// A sentence with `{v}` that says nothing of the value.
pub(crate) fn bare(d: &mut Draw) -> String {
    d.pick(BARE).to_owned()
}
