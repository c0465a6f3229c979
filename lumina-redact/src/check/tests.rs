use super::*;

#[track_caller]
fn holds(check: Check, valid: &[&str]) {
    for text in valid {
        assert!(check(text.as_bytes()), "{text} is valid");
        // A wrong last character breaks every checksum that ends the number.
        let mut broken = text.as_bytes().to_vec();
        let last = broken.len() - 1;
        broken[last] = match broken[last] {
            b'9' => b'0',
            b'Z' => b'A',
            byte => byte + 1,
        };
        assert!(!check(&broken), "{text} with another last character is not");
    }
}

#[test]
fn numbers_of_money_hold_their_checksums() {
    holds(
        finance::card,
        &["4111111111111111", "378282246310005", "30569309025904", "6011000990139424"],
    );
    holds(finance::iban, &["GB33BUKB20201555555555", "DE89370400440532013000", "NO9386011117947"]);
    holds(finance::aba, &["021000021", "121000248"]);
    holds(finance::imei, &["490154203237518"]);
    assert!(finance::vin(b"1M8GDM9AXKP042788") && !finance::vin(b"1M8GDM9A1KP042788"));
    assert!(finance::bic(b"BUKBGB22XXX") && !finance::bic(b"BUKBQQ22"));
}

#[test]
fn numbers_of_english_speaking_countries_hold_their_checksums() {
    holds(people::nhs, &["9434765919", "4505577104"]);
    holds(people::tfn, &["123456782"]);
    holds(people::abn, &["51824753556"]);
    holds(people::acn, &["004085616"]);
    holds(people::sin, &["046454286"]);
    holds(people::npi, &["1234567893"]);
    holds(people::dea, &["AB1234563"]);
    holds(people::kvnr, &["A123456780"]);
    holds(people::ird, &["49091850", "136410132"]);
    holds(people::nhi, &["ZZZ0016"]);
    assert!(people::mbi(b"1EG4TE5MK73") && !people::mbi(b"1SG4TE5MK73"));
    assert!(people::utr(b"1955839661"));
    assert!(people::medicare_au(b"2123456701") && !people::medicare_au(b"2123456711"));
    assert!(people::ssn(b"536228726") && !people::ssn(b"666228726") && !people::ssn(b"078051120"));
    assert!(people::mrz(b"L898902C36UTO7408122F1204159ZE184226B<<<<<10"));
}

#[test]
fn numbers_of_europe_hold_their_checksums() {
    use people_europe::*;
    holds(es_nif, &["12345678Z", "54362315K"]);
    holds(es_nie, &["X1234567L", "Y7654321G"]);
    holds(es_cif, &["A58818501"]);
    holds(it_cf, &["RSSMRA85T10A562S"]);
    holds(it_vat, &["00743110157"]);
    holds(pl_pesel, &["44051401359"]);
    holds(pl_nip, &["8567346215"]);
    holds(de_tax_id, &["86095742719", "36574261809"]);
    holds(fr_nir, &["295109912611193"]);
    holds(nl_bsn, &["111222333"]);
    holds(be_nn, &["85073003328"]);
    holds(se_pnr, &["8112289874", "198112289874"]);
    holds(no_fnr, &["15108695088"]);
    holds(fi_hetu, &["131052308T"]);
    holds(pt_nif, &["501964843"]);
    holds(ie_ppsn, &["6433435F"]);
    holds(ch_ahv, &["7569217076985"]);
    holds(cz_rc, &["7103192745"]);
    holds(ro_cnp, &["1630615123457"]);
    holds(bg_egn, &["7523169263"]);
    holds(gr_amka, &["01013099997"]);
    holds(hr_oib, &["33392005961"]);
    holds(jmbg, &["0101006500006"]);
    holds(ee_ik, &["36805280109"]);
    holds(ru_snils, &["11223344595"]);
    holds(ru_inn, &["500100732259"]);
    assert!(at_svnr(b"1237010180") && !at_svnr(b"2237010180"));
}

#[test]
fn numbers_of_the_world_hold_their_checksums() {
    use people_world::*;
    holds(in_aadhaar, &["234123412346"]);
    holds(in_gstin, &["27AAPFU0939F1ZV"]);
    holds(sg_nric, &["S1234567D"]);
    holds(br_cpf, &["52998224725", "39053344705"]);
    holds(br_cnpj, &["11222333000181"]);
    holds(za_id, &["8001015009087", "7503305044089"]);
    holds(kr_rrn_checked, &["9710139019902"]);
    holds(tr_tckn, &["10000000146", "17291716060"]);
    holds(cn_id, &["360426199101010071"]);
    holds(jp_my_number, &["123456789018"]);
    holds(tw_id, &["A123456789"]);
    holds(hk_id, &["A1234563"]);
    holds(th_id, &["1101700230708"]);
    holds(mx_curp, &["BOXW310820HNERXN09"]);
    holds(ar_cuit, &["20055361682"]);
    holds(cl_rut, &["125319092"]);
    holds(il_id, &["039337423"]);
    holds(ae_id, &["784197012345670"]);
    assert!(cn_id(b"11010519491231002X"));
}

#[test]
fn addresses_of_wallets_hold_their_checksums() {
    assert_eq!(base58::decode_address(b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", false), Some(0));
    assert_eq!(base58::decode_address(b"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", false), Some(5));
    assert_eq!(base58::decode_address(b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", false), None);
    assert_eq!(base58::decode_address(b"rrrrrrrrrrrrrrrrrrrrrhoLvTp", true), Some(0));
    let prefixes: &[&[u8]] = &[b"bc"];
    assert!(bech32::address(b"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", prefixes));
    assert!(bech32::address(b"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", prefixes));
    assert!(!bech32::address(b"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", prefixes));
    assert!(base58::ethereum(b"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    assert!(!base58::ethereum(b"0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
}
