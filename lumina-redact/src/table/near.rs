//! Values that only the word in front of them gives away.
//!
//! One of the words, at most a few words like `number`, `no.`, `is`, then a value of the shape. The
//! shape is tried at each token that has a digit; the first one that does not fit ends the search.

use super::Head;
use crate::Class::{Financial, Health, Pii};
use crate::check::{Check, finance};

#[derive(Clone, Copy)]
pub(crate) struct NearRule {
    pub(crate) head: Head,
    /// Lower-case; any case is found.
    pub(crate) words: &'static [&'static str],
    /// Tried in this order.
    pub(crate) patterns: &'static [&'static str],
    pub(crate) check: Option<Check>,
    pub(crate) score: u8,
}

macro_rules! near {
    ($name:literal, $class:ident, $label:literal, $source:literal, [$($word:literal),+], [$($pattern:literal),+], $check:expr, $score:literal) => {
        NearRule {
            head: Head { name: $name, class: $class, label: $label, source: $source },
            words: &[$($word),+],
            patterns: &[$($pattern),+],
            check: $check,
            score: $score,
        }
    };
}

#[rustfmt::skip]
pub(crate) const NEAR: &[NearRule] = &[
    near!("passport", Pii, "PASSPORT", "ICAO 9303: document numbers of at most nine characters",
        ["passport", "passeport", "reisepass", "pasaporte", "passaporte", "passaporto", "paspoort", "パスポート", "护照"],
        [r"[A-Z]{1,2}[0-9]{6,8}", r"[0-9]{8,9}[A-Z]?", r"[0-9]{2}[A-Z]{2}[0-9]{5}", r"[A-Z][0-9]{2}[A-Z0-9]{6}", r"[A-Z]{2}[0-9A-Z]{7}", r"[0-9]{7}"], None, 80),
    near!("driving-licence", Pii, "LICENCE", "AAMVA; DVLA; national formats",
        ["driver license", "driver's license", "drivers license", "driver licence", "driving licence", "driving license", "driver's licence", "driver_license", "drivers_license", "driverlicense", "driving_licence", "dl number", "dl no", "dl#", "license number", "licence number", "führerschein", "permis de conduire", "carnet de conducir", "rijbewijs", "patente di guida"],
        [r"[A-Z]{5}[0-9]{6}[A-Z0-9]{5}", r"[A-Z][0-9]{3}-[0-9]{4}-[0-9]{4}", r"[A-Z][0-9]{3}-[0-9]{3}-[0-9]{2}-[0-9]{3}-[0-9]", r"[A-Z]{1,2}[0-9]{5,14}", r"[A-Z][0-9]{2}[A-Z0-9]{6,9}", r"[0-9]{2}[A-Z]{2}[0-9]{5}", r"[0-9]{7,12}"], None, 75),
    near!("licence-plate", Pii, "PLATE", "national plate formats",
        ["license plate", "licence plate", "number plate", "plate number", "plate no", "license_plate", "licence_plate", "kennzeichen", "matrícula", "kenteken", "targa", "immatriculation"],
        [r"[A-Z]{2}[0-9]{2} ?[A-Z]{3}", r"[A-Z]{1,3}[- ][A-Z]{1,2}[- ]?[0-9]{1,4}", r"[A-Z]{2}-[0-9]{3}-[A-Z]{2}", r"[0-9]{4} ?[A-Z]{3}", r"[A-Z]{2} ?[0-9]{3} ?[A-Z]{2}", r"[0-9][A-Z]{3}[0-9]{3}", r"[A-Z]{3}[- ]?[0-9]{3,4}", r"[0-9]{1,2}-[A-Z]{3}-[0-9]{1,2}"], None, 72),
    near!("bank-account", Financial, "ACCOUNT", "national account formats",
        ["account number", "account no", "account num", "acct number", "acct no", "acct#", "acct #", "acct.", "account #", "bank account", "bank acct", "account_number", "accountnumber", "acct_num", "kontonummer", "konto-nr", "kontonr", "numéro de compte", "número de cuenta", "numero de cuenta", "conta corrente", "numero di conto", "rekeningnummer"],
        [r"[0-9]{6,17}", r"[0-9]{2,6}[- ][0-9]{3,8}[- ]?[0-9]{0,8}"], None, 75),
    near!("us-aba", Financial, "ROUTING", "ABA: routing number policy",
        ["routing", "aba ", "aba#", "aba:", "aba=", "aba\"", "rtn"], [r"[0-9]{9}", r"[0-9]{4}-[0-9]{4}-[0-9]"], Some(finance::aba), 92),
    near!("uk-bank", Financial, "SORT_CODE", "Pay.UK: sort code and account number",
        ["sort code", "sortcode", "sort_code", "sort-code"], [r"[0-9]{2}-[0-9]{2}-[0-9]{2}", r"[0-9]{2} [0-9]{2} [0-9]{2}", r"[0-9]{6}"], None, 85),
    near!("bic", Financial, "BIC", "ISO 9362",
        ["bic", "swift"], [r"[A-Z]{6}[A-Z0-9]{5}", r"[A-Z]{6}[A-Z0-9]{2}"], Some(finance::bic), 85),
    near!("card-code", Financial, "CVV", "PCI DSS: card verification code",
        ["cvv", "cvc", "cvn", "cv2", "security code", "card code", "verification code on the back", "código de seguridad", "prüfnummer", "cryptogramme"],
        [r"[0-9]{3,4}"], None, 78),
    near!("card-expiry", Financial, "EXPIRY", "PCI DSS: cardholder data",
        ["card expires", "card expiry", "expiry date", "exp date", "exp. date", "expiration date", "card exp", "exp_date", "expiry_date", "valid thru", "exp_month", "card_exp"],
        [r"[01][0-9]/[0-9]{2}", r"[01][0-9]/20[0-9]{2}", r"[01][0-9]-[0-9]{2}"], None, 68),
    near!("card-pin", Financial, "PIN", "ISO 9564",
        ["pin code", "pin number", "pin is", "my pin", "card pin", "atm pin", "pin:", "pin="], [r"[0-9]{4,6}"], None, 70),
    near!("mrn", Health, "MRN", "HL7: medical record number",
        ["mrn", "medical record", "patient id", "patient no", "patient number", "patient_id", "patientid", "chart number", "hospital number", "patientennummer", "numéro de patient", "historia clínica"],
        [r"[A-Z]{0,4}-?[0-9]{5,12}", r"[A-Z]{1,3}[0-9]{4,10}"], None, 78),
    near!("health-insurance", Health, "INSURANCE_ID", "member numbers of insurers",
        ["member id", "member_id", "memberid", "subscriber id", "subscriber_id", "health insurance", "insurance id", "insurance number", "insurance policy", "group number", "health plan", "medicaid", "versichertennummer", "health card"],
        [r"[A-Z]{1,4}-?[0-9]{6,12}[A-Z]?", r"[0-9]{8,14}", r"[0-9]{4}-[0-9]{3}-[0-9]{3}(?:-)?[A-Z]{0,2}", r"[A-Z]{2}[0-9]{5}[A-Z]"], None, 72),
    near!("diagnosis", Health, "DIAGNOSIS", "WHO: ICD-10 codes",
        ["icd-10", "icd10", "icd 10", "diagnosis code", "dx code", "diagnosis:", "icd_code", "icd code"],
        [r"[A-TV-Z][0-9][0-9AB]\.[0-9A-Z]{1,4}", r"[A-TV-Z][0-9]{2}"], None, 75),
    near!("vin", Pii, "VIN", "ISO 3779; 49 CFR 565",
        ["vin", "chassis", "fahrgestellnummer"], [r"[A-HJ-NPR-Z0-9]{17}"], Some(finance::vin), 92),
    near!("vin-unchecked", Pii, "VIN", "ISO 3779: outside North America the check digit is optional",
        ["vin ", "vin:", "vin=", "\"vin\"", "vin\\", "vin number", "chassis", "fahrgestellnummer"], [r"[A-HJ-NPR-Z][A-HJ-NPR-Z0-9]{12}[0-9]{4}"], None, 72),
    near!("national-id", Pii, "NATIONAL_ID", "numbers called so, of any country",
        ["national id", "national_id", "nationalid", "identity card", "id card", "id card number", "id card no", "identity number", "personalausweis", "cédula", "cedula", "carte d'identité", "número de identificación", "documento de identidad", "id_card"],
        [r"[A-Z]{0,3}[0-9]{6,14}[A-Z]?", r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}", r"[LMNPRTVWXY][0-9A-Z]{8}"], None, 72),
    near!("tax-number", Pii, "TAX_ID", "numbers called so, of any country",
        ["steuernummer", "tax id", "tax_id", "taxid", "tax number", "taxpayer id", "tax identification", "vat number", "vat_number", "vat id", "ust-id", "numéro fiscal", "número fiscal"],
        [r"[A-Z]{2}[0-9]{8,12}", r"[0-9]{2,3}/[0-9]{3,4}/[0-9]{4,5}", r"[0-9]{2}-[0-9]{7}", r"[0-9]{9,13}"], None, 75),
    near!("ssn-last-four", Pii, "SSN_LAST4", "SSA: the serial is what banks ask for",
        ["last four of my ssn", "last 4 of my ssn", "last four of my social", "last 4 of my social", "last 4 of ssn", "ssn last 4", "ssn last four", "last 4 ssn"], [r"[0-9]{4}"], None, 75),
];
