//! What is refused at set-up, with nothing left half-installed.

use super::{Folder, NOTHING, alone, quiet};
use lumina::{ConfigError, SetupError, State};

fn refused(text: &str) -> String {
    let folder = Folder::with(text);
    let error = quiet().config_file(folder.file()).install().unwrap_err();
    assert!(matches!(error, SetupError::Config(ConfigError::Invalid { .. })), "{error}");
    let message = error.to_string();
    message.replace(&folder.file().display().to_string(), "lumina.toml")
}

#[test]
fn a_bad_file_is_an_error_of_set_up_with_every_mistake() {
    let _alone = alone();
    let before = lumina::health().state;
    let said = refused("[policy.answer]\nretry.max = 0\ntimeout.total = \"-1s\"\n");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[0],
        "lumina.toml:2:13: policy.\"answer\".retry.max = 0: `max` counts the first call, so it \
         must be at least 1"
    );
    assert!(
        lines[1].starts_with("lumina.toml:3:17: policy.\"answer\".timeout.total = \"-1s\": is")
    );
    assert_eq!(lines.len(), 2);
    assert_eq!(lumina::health().state, before);
}

#[test]
fn a_fault_is_refused_unless_set_up_allows_faults() {
    let _alone = alone();
    let text = "[[fault]]\nspan = \"answer\"\nerror_rate = 1.0\n";
    assert_eq!(
        refused(text),
        "lumina.toml:1:1: fault: faults have to be allowed in the program: call `allow_faults()` \
         on lumina's builder, and never in production"
    );
    let folder = Folder::with("");
    let guard = quiet().config_file(folder.file()).install().unwrap();
    folder.write(text);
    assert!(lumina::reload_config().is_err(), "nor later");
    drop(guard);
}

#[test]
fn a_file_that_is_not_there_or_no_text_is_named() {
    let _alone = alone();
    let folder = Folder::with("");
    let missing = folder.0.join("missing.toml").display().to_string();
    let variables = [("LUMINA_CONFIG", missing.as_str())];
    let error = lumina::builder().variables(variables).install().unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot read {missing}: ")), "{error}");
    std::fs::write(folder.file(), b"# \xff\n").unwrap();
    let error = quiet().config_file(folder.file()).install().unwrap_err();
    assert!(error.to_string().ends_with("byte 2 is no UTF-8"), "{error}");
    std::fs::write(folder.file(), vec![b'#'; 300 << 10]).unwrap();
    let error = quiet().config_file(folder.file()).install().unwrap_err();
    assert!(error.to_string().ends_with("it is longer than 256 KiB"), "{error}");
    assert_ne!(lumina::health().state, State::Running);
}

#[test]
fn a_scoped_pipeline_has_no_file_of_its_own() {
    let folder = Folder::with("");
    let scoped = lumina::builder().variables(NOTHING).config_file(folder.file()).build_scoped();
    let error = scoped.unwrap_err().to_string();
    assert!(error.starts_with("Builder::config_file is "), "{error}");
}
