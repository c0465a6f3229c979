//! Numbers with a layout and a checksum.
//!
//! A form's score says how sure the layout and the check make it without a word of context; such a
//! word adds [`CONTEXT_BONUS`], a word for another kind of number takes [`OTHER_PENALTY`] away. A
//! checksum of one digit passes one number in ten, so a bare number behind it needs context.

use super::Head;
use crate::Class::{self, Financial, Health, Pii};
use crate::check::{Check, finance, people, people_europe as eu, people_world as world};
use crate::scan::context::{DEVICE, HEALTH, NATIONAL, SSN, TAX, Topics};

pub(crate) const CONTEXT_BONUS: u8 = 40;
pub(crate) const OTHER_PENALTY: u8 = 30;

#[derive(Clone, Copy)]
pub(crate) struct NumberRule {
    pub(crate) head: Head,
    pub(crate) check: Check,
    pub(crate) topics: Topics,
    /// Layouts and their scores.
    pub(crate) forms: &'static [(&'static str, u8)],
    pub(crate) reason: &'static str,
}

macro_rules! rule {
    ($name:literal, $class:expr, $label:literal, $check:expr, $topics:expr, $source:literal, $($form:literal $score:literal),+) => {
        NumberRule {
            head: Head { name: $name, class: { const C: Class = $class; C }, label: $label, source: $source },
            check: $check,
            topics: $topics,
            forms: &[$(($form, $score)),+],
            reason: "layout and check of the number",
        }
    };
}

#[rustfmt::skip]
pub(crate) const NUMBERS: &[NumberRule] = &[
    // North America
    rule!("us-ssn", Pii, "SSN", people::ssn, SSN | NATIONAL, "SSA: areas, groups and serials never given out",
        r"\d{3}-\d{2}-\d{4}" 72, r"\d{3} \d{2} \d{4}" 40, r"\d{3}\.\d{2}\.\d{4}" 35, r"\d{9}" 25),
    rule!("us-itin", Pii, "ITIN", people::itin, TAX, "IRS publication 1915",
        r"9\d{2}-\d{2}-\d{4}" 72, r"9\d{2} \d{2} \d{4}" 40, r"9\d{8}" 25),
    rule!("us-ein", Pii, "EIN", people::ein, TAX, "IRS: valid EIN prefixes", r"\d{2}-\d{7}" 30),
    rule!("us-mbi", Health, "MEDICARE", people::mbi, HEALTH, "CMS: Medicare beneficiary identifier format",
        r"[1-9][A-Za-z][A-Za-z0-9]\d-[A-Za-z][A-Za-z0-9]\d-[A-Za-z]{2}\d{2}" 88, r"[1-9][A-Z][A-Z0-9]\d[A-Z][A-Z0-9]\d[A-Z]{2}\d{2}" 65),
    rule!("us-npi", Health, "NPI", people::npi, HEALTH, "45 CFR 162.406", r"[12]\d{9}" 25),
    rule!("us-dea", Health, "DEA", people::dea, HEALTH, "21 CFR 1301; DEA number check digit", r"[A-Z]{2}\d{7}" 42),
    rule!("ca-sin", Pii, "SIN", people::sin, NATIONAL | SSN, "Service Canada: SIN with Luhn",
        r"\d{3} \d{3} \d{3}" 45, r"\d{3}-\d{3}-\d{3}" 50, r"\d{9}" 22),
    rule!("mx-curp", Pii, "CURP", world::mx_curp, NATIONAL, "RENAPO: CURP instructivo", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d" 92),
    rule!("mx-rfc", Pii, "RFC", world::mx_rfc, TAX, "SAT: RFC", r"[A-Z]{4}\d{6}[A-Z0-9]{3}" 50),
    // Britain, Ireland, Australia, New Zealand
    rule!("uk-nhs", Health, "NHS", people::nhs, HEALTH, "NHS data dictionary: modulus 11",
        r"\d{3} \d{3} \d{4}" 45, r"\d{3}-\d{3}-\d{4}" 30, r"\d{10}" 25),
    rule!("uk-nino", Pii, "NINO", people::nino, NATIONAL, "HMRC NIM39110",
        r"[A-Z]{2}\d{6}[A-D]" 76, r"[A-Z]{2} \d{2} \d{2} \d{2} [A-D]" 85, r"[A-Z]{2} \d{6} [A-D]" 82, r"[A-Z]{2}-\d{2}-\d{2}-\d{2}-[A-D]" 80,
        r"[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]" 35),
    rule!("uk-utr", Pii, "UTR", people::utr, TAX, "HMRC: unique taxpayer reference", r"\d{10}" 25, r"\d{5} \d{5}" 35),
    rule!("ie-ppsn", Pii, "PPSN", eu::ie_ppsn, NATIONAL, "Revenue: PPSN check character", r"\d{7}[A-W][ABHW]?" 68),
    rule!("au-tfn", Pii, "TFN", people::tfn, TAX, "ATO: TFN algorithm", r"\d{3} \d{3} \d{3}" 45, r"\d{3}-\d{3}-\d{3}" 35, r"\d{9}" 25),
    rule!("au-abn", Pii, "ABN", people::abn, TAX, "ABR: format of the ABN", r"\d{2} \d{3} \d{3} \d{3}" 75, r"\d{11}" 40),
    rule!("au-acn", Pii, "ACN", people::acn, TAX, "ASIC: ACN check digit", r"\d{3} \d{3} \d{3}" 30, r"\d{9}" 22),
    rule!("au-medicare", Health, "MEDICARE", people::medicare_au, HEALTH, "Services Australia: Medicare number",
        r"\d{4} \d{5} \d" 68, r"\d{4} \d{5} \d/\d" 75, r"\d{4}-\d{5}-\d" 66, r"\d{10}" 25),
    rule!("nz-ird", Pii, "IRD", people::ird, TAX, "Inland Revenue: IRD validation", r"\d{2,3}-\d{3}-\d{3}" 45, r"\d{8,9}" 22),
    rule!("nz-nhi", Health, "NHI", people::nhi, HEALTH, "HISO 10046", r"[A-Z]{3}\d{4}" 35),
    // Europe
    rule!("es-nif", Pii, "NIF", eu::es_nif, NATIONAL | TAX, "Ministerio del Interior: letra del NIF",
        r"\d{8}[A-Z]" 74, r"\d{8}[- ][A-Z]" 72, r"\d{2}\.\d{3}\.\d{3}-?[A-Z]" 85, r"\d{8}-?[a-z]" 40),
    rule!("es-nie", Pii, "NIE", eu::es_nie, NATIONAL, "Ministerio del Interior: NIE", r"[XYZ]\d{7}[A-Z]" 82, r"[XYZ]-\d{7}-?[A-Z]" 85, r"[xyz]-?\d{7}-?[a-z]" 45),
    rule!("es-cif", Pii, "CIF", eu::es_cif, TAX, "Orden EHA/451/2008", r"[ABCDEFGHJNPQRSUVW]-?\d{7}-?[0-9A-J]" 40),
    rule!("it-codice-fiscale", Pii, "CODICE_FISCALE", eu::it_cf, NATIONAL, "DM 23/12/1976", r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]" 93, r"[A-Z]{3} [A-Z]{3} \d{2}[A-Z]\d{2} [A-Z]\d{3}[A-Z]" 93, r"[a-z]{6}\d{2}[a-z]\d{2}[a-z]\d{3}[a-z]" 80),
    rule!("it-vat", Pii, "PARTITA_IVA", eu::it_vat, TAX, "Agenzia delle Entrate: partita IVA", r"\d{11}" 22, r"IT\d{11}" 70),
    rule!("pl-pesel", Pii, "PESEL", eu::pl_pesel, NATIONAL, "Ustawa o ewidencji ludności: PESEL", r"\d{11}" 42),
    rule!("pl-nip", Pii, "NIP", eu::pl_nip, TAX, "Ministerstwo Finansów: NIP", r"\d{3}-\d{3}-\d{2}-\d{2}" 70, r"\d{3}-\d{2}-\d{2}-\d{3}" 70, r"\d{10}" 22),
    rule!("de-tax-id", Pii, "TAX_ID", eu::de_tax_id, TAX | NATIONAL, "BZSt: Aufbau der Identifikationsnummer", r"\d{2} \d{3} \d{3} \d{3}" 65, r"\d{11}" 42),
    rule!("de-kvnr", Health, "KVNR", people::kvnr, HEALTH, "GKV: Krankenversichertennummer", r"[A-Z]\d{9}" 45),
    rule!("at-svnr", Health, "SVNR", eu::at_svnr, HEALTH | NATIONAL, "Sozialversicherung: Versicherungsnummer", r"\d{4} \d{6}" 66, r"\d{4}-\d{6}" 60, r"\d{10}" 30),
    rule!("ch-ahv", Pii, "AHV", eu::ch_ahv, NATIONAL, "ZAS: AHVN13", r"756\.\d{4}\.\d{4}\.\d{2}" 95, r"756 \d{4} \d{4} \d{2}" 90, r"756\d{10}" 74),
    rule!("fr-nir", Pii, "NIR", eu::fr_nir, SSN | NATIONAL | HEALTH, "INSEE: NIR",
        r"[12] \d{2} \d{2} [0-9AB]{2} \d{3} \d{3} \d{2}" 92, r"[12]\d{14}" 78, r"[12]\d{12} \d{2}" 85, r"[12]\d{4}2[AB]\d{8}" 92, r"[12] ?\d{2} ?\d{2} ?\d[0-9AB] ?\d{3} ?\d{3} ?\d{2}" 85),
    rule!("nl-bsn", Pii, "BSN", eu::nl_bsn, NATIONAL, "Rijksdienst: elfproef", r"\d{9}" 25, r"\d{4}\.\d{2}\.\d{3}" 60, r"\d{3}\.\d{3}\.\d{3}" 30, r"\d{3} \d{3} \d{3}" 25),
    rule!("be-nn", Pii, "RIJKSREGISTERNUMMER", eu::be_nn, NATIONAL, "IBZ: rijksregisternummer", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}" 93, r"\d{2}\.\d{2}\.\d{2} \d{3}\.\d{2}" 90, r"\d{6}-\d{3}-\d{2}" 85, r"\d{11}" 62),
    rule!("se-personnummer", Pii, "PERSONNUMMER", eu::se_pnr, NATIONAL, "Skatteverket: personnummer", r"\d{6}[-+]\d{4}" 72, r"\d{8}[-+]\d{4}" 80, r"\d{12}" 40, r"\d{10}" 28),
    rule!("no-fodselsnummer", Pii, "FODSELSNUMMER", eu::no_fnr, NATIONAL, "Skatteetaten: fødselsnummer", r"\d{6} \d{5}" 78, r"\d{11}" 64),
    rule!("dk-cpr", Pii, "CPR", eu::dk_cpr, NATIONAL, "CPR-kontoret: personnummeret", r"\d{6}-\d{4}" 45),
    rule!("fi-hetu", Pii, "HETU", eu::fi_hetu, NATIONAL, "DVV: henkilötunnus", r"\d{6}[-+A-FUVWXY]\d{3}[0-9A-Y]" 90),
    rule!("pt-nif", Pii, "NIF", eu::pt_nif, TAX, "AT: NIF", r"\d{9}" 22, r"\d{3} \d{3} \d{3}" 25, r"PT\d{9}" 62),
    rule!("cz-rodne-cislo", Pii, "RODNE_CISLO", eu::cz_rc, NATIONAL, "Zákon 133/2000: rodné číslo", r"\d{6}/\d{4}" 75, r"\d{6}/\d{3}" 50, r"\d{10}" 28),
    rule!("ro-cnp", Pii, "CNP", eu::ro_cnp, NATIONAL, "OUG 97/2005: CNP", r"[1-9]\d{12}" 60),
    rule!("bg-egn", Pii, "EGN", eu::bg_egn, NATIONAL, "GRAO: EGN", r"\d{10}" 28),
    rule!("gr-amka", Health, "AMKA", eu::gr_amka, HEALTH | NATIONAL, "IDIKA: AMKA", r"\d{11}" 40),
    rule!("hr-oib", Pii, "OIB", eu::hr_oib, TAX | NATIONAL, "Porezna uprava: OIB", r"\d{11}" 25),
    rule!("hu-taj", Health, "TAJ", eu::hu_taj, HEALTH, "NEAK: TAJ-szám", r"\d{3} \d{3} \d{3}" 28, r"\d{3}-\d{3}-\d{3}" 28, r"\d{9}" 22),
    rule!("jmbg", Pii, "JMBG", eu::jmbg, NATIONAL, "JMBG of the former Yugoslavia", r"\d{13}" 61),
    rule!("ee-lt-kood", Pii, "ISIKUKOOD", eu::ee_ik, NATIONAL, "EVS 585: isikukood; asmens kodas", r"[1-6]\d{10}" 42),
    rule!("ru-snils", Pii, "SNILS", eu::ru_snils, NATIONAL, "PFR: SNILS", r"\d{3}-\d{3}-\d{3} \d{2}" 88, r"\d{3}-\d{3}-\d{3}-\d{2}" 80, r"\d{11}" 30),
    rule!("ru-inn", Pii, "INN", eu::ru_inn, TAX, "FNS: INN", r"\d{12}" 40),
    rule!("tr-tckn", Pii, "TCKN", world::tr_tckn, NATIONAL, "NVI: T.C. kimlik no", r"[1-9]\d{10}" 50),
    // Asia, Africa, Latin America
    rule!("in-aadhaar", Pii, "AADHAAR", world::in_aadhaar, NATIONAL, "UIDAI: Verhoeff", r"[2-9]\d{3} \d{4} \d{4}" 64, r"[2-9]\d{3}-\d{4}-\d{4}" 45, r"[2-9]\d{11}" 35),
    rule!("in-pan", Pii, "PAN", |_| true, TAX | NATIONAL, "Income Tax Department: PAN", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]" 72, r"[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]" 30),
    rule!("in-gstin", Pii, "GSTIN", world::in_gstin, TAX, "GSTN: GSTIN", r"\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]" 92),
    rule!("sg-nric", Pii, "NRIC", world::sg_nric, NATIONAL, "ICA: NRIC and FIN", r"[STFGM]\d{7}[A-Z]" 85, r"[stfgm]\d{7}[a-z]" 50),
    rule!("cn-id", Pii, "CN_ID", world::cn_id, NATIONAL, "GB 11643-1999", r"[1-9]\d{16}[0-9Xx]" 90),
    rule!("kr-rrn", Pii, "RRN", world::kr_rrn_checked, NATIONAL, "MOIS: resident registration number", r"\d{6}-\d{7}" 84, r"\d{13}" 40),
    rule!("kr-rrn-new", Pii, "RRN", world::kr_rrn, NATIONAL, "MOIS: numbers without checksum since 2020", r"\d{6}-[1-8]\d{6}" 61),
    rule!("jp-my-number", Pii, "MY_NUMBER", world::jp_my_number, NATIONAL, "MIC ordinance 85 of 2014", r"\d{12}" 30, r"\d{4} \d{4} \d{4}" 35, r"\d{4}-\d{4}-\d{4}" 35),
    rule!("tw-id", Pii, "TW_ID", world::tw_id, NATIONAL, "MOI: national identification card", r"[A-Z][1289]\d{8}" 70),
    rule!("hk-id", Pii, "HKID", world::hk_id, NATIONAL, "ImmD: HKID check digit", r"[A-Z]{1,2}\d{6}\([0-9A]\)" 88, r"[A-Z]{1,2}\d{6}[0-9A]" 30),
    rule!("my-nric", Pii, "MYKAD", world::my_nric, NATIONAL, "JPN: MyKad", r"\d{6}-\d{2}-\d{4}" 72, r"\d{12}" 35),
    rule!("th-id", Pii, "TH_ID", world::th_id, NATIONAL, "DOPA: 13 digits, modulus 11", r"\d-\d{4}-\d{5}-\d{2}-\d" 93, r"\d \d{4} \d{5} \d{2} \d" 90, r"[1-8]\d{12}" 40),
    rule!("id-nik", Pii, "NIK", world::id_nik, NATIONAL, "Kemendagri: NIK", r"\d{16}" 35),
    rule!("il-id", Pii, "TEUDAT_ZEHUT", world::il_id, NATIONAL, "PIBA: Luhn", r"\d{9}" 22, r"\d{8}-\d" 30),
    rule!("ae-id", Pii, "EMIRATES_ID", world::ae_id, NATIONAL, "ICP: Emirates ID", r"784-\d{4}-\d{7}-\d" 95, r"784\d{12}" 74),
    rule!("za-id", Pii, "ZA_ID", world::za_id, NATIONAL, "DHA: identity number", r"\d{13}" 64, r"\d{6} \d{4} \d{3}" 75),
    rule!("br-cpf", Pii, "CPF", world::br_cpf, TAX, "Receita Federal: CPF", r"\d{3}\.\d{3}\.\d{3}-\d{2}" 93, r"\d{9}-\d{2}" 70, r"\d{11}" 48),
    rule!("br-cnpj", Pii, "CNPJ", world::br_cnpj, TAX, "Receita Federal: CNPJ", r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}" 95, r"\d{14}" 48),
    rule!("ar-cuit", Pii, "CUIT", world::ar_cuit, TAX, "AFIP: CUIT", r"\d{2}-\d{8}-\d" 84, r"\d{11}" 40),
    rule!("cl-rut", Pii, "RUT", world::cl_rut, TAX | NATIONAL, "SII: RUT", r"\d{1,2}\.\d{3}\.\d{3}-[0-9Kk]" 92, r"\d{7,8}-[0-9Kk]" 55),
    // Devices
    rule!("imei", Pii, "IMEI", finance::imei, DEVICE, "3GPP TS 23.003", r"\d{15}" 30, r"\d{2}-\d{6}-\d{6}-\d" 70),
    rule!("us-aba", Financial, "ROUTING", finance::aba, crate::scan::context::BANK, "ABA: routing number policy", r"\d{9}" 22),
];
