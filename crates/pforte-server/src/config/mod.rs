//! The configuration: one TOML file, read once at the start.
//!
//! # Invariants
//!
//! - Every problem is reported at once, each with its path and line; a key that
//!   nobody reads is a problem.
//! - An empty file is a good configuration, and so is none: every setting has a
//!   default, and [`example`] shows them all.
//! - A secret never stands in the file, only the path of its own file.
//!
//! # Where to start reading
//!
//! [`Config`] has one struct for each table, each in the file of its name;
//! `section` is how they are read.

mod degraded;
mod directory;
mod domain;
mod example;
mod limits;
mod listen;
mod local;
mod notice;
mod plant;
mod problem;
mod secret;
mod section;
mod session;
mod signature;
mod similar;
mod storage;
mod throttle;

pub use degraded::Degraded;
pub use directory::{Account, Directory, Reached};
pub use domain::{Domain, Host, Way};
pub use limits::Limits;
pub use listen::{Listen, PORT};
pub use local::{Local, PasswordProfile};
pub use notice::Notice;
pub use plant::Plant;
pub use problem::{ConfigError, Problem};
pub use session::Session;
pub use signature::Signature;
pub use storage::{Engine, Storage};
pub use throttle::Throttle;

use crate::keys::file::read_bounded;
use pforte_model::name::fold;
use section::{Run, Section};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use toml::de::DeTable;

/// The longest configuration, in bytes.
pub const MAX_BYTES: u64 = 256 * 1024;

/// How the server is configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server is reached.
    pub listen: Listen,
    /// Where the data are.
    pub storage: Storage,
    /// The built-in directory's passwords.
    pub local: Local,
    /// How long somebody stays logged on.
    pub session: Session,
    /// Where the server works.
    pub plant: Plant,
    /// What everybody sees before they log on.
    pub notice: Notice,
    /// Electronic signatures.
    pub signature: Signature,
    /// Wrong passwords slow down the next try.
    pub throttle: Throttle,
    /// What goes on when the event log cannot be written.
    pub degraded: Degraded,
    /// How much the server takes upon itself.
    pub limits: Limits,
    /// The domains whose users may log on; no two have the same name.
    pub directories: Vec<Directory>,
    /// What is not good, but can be used; to be logged at the start.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// Reads a configuration and the files with secrets that it names.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let read = |source| ConfigError::Read { path: path.to_owned(), source };
        let bytes = File::open(path).and_then(|file| read_bounded(&file, MAX_BYTES)).map_err(read)?;
        let bytes = bytes.ok_or_else(|| ConfigError::TooLong(path.to_owned()))?;
        let text = str::from_utf8(&bytes).map_err(|error| {
            let says = format!("is not a text in UTF-8 from byte {}", error.valid_up_to());
            ConfigError::Problems(vec![Problem { path: String::new(), line: None, says }])
        })?;
        let base = path.parent().unwrap_or_else(|| Path::new(""));
        Self::parse(text, base)
    }

    /// Reads the text of a configuration; relative paths in it begin at `base`.
    pub fn parse(text: &str, base: &Path) -> Result<Self, ConfigError> {
        let mut run = Run::new(text, base);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let line = error.span().map(|span| run.line(span.start));
            run.problems.push(Problem { path: String::new(), line, says: error.message().to_owned() });
        }
        if !run.problems.is_empty() {
            return Err(problem::refused(run.problems));
        }
        let config = Self::read(&mut run, table.get_ref());
        if run.problems.is_empty() {
            Ok(Self { warnings: run.warnings, ..config })
        } else {
            Err(problem::refused(run.problems))
        }
    }

    fn read<'t>(run: &mut Run<'t>, table: &'t DeTable<'t>) -> Self {
        let mut root = Section::root(run, table);
        version(&mut root);
        let config = Self {
            listen: Listen::read(root.table("listen", Listen::DOC)),
            storage: Storage::read(root.table("storage", Storage::DOC)),
            local: Local::read(root.table("local", Local::DOC)),
            session: Session::read(root.table("session", Session::DOC)),
            plant: Plant::read(root.table("plant", Plant::DOC)),
            notice: Notice::read(root.table("notice", Notice::DOC)),
            signature: Signature::read(root.table("signature", Signature::DOC)),
            throttle: Throttle::read(root.table("throttle", Throttle::DOC)),
            degraded: Degraded::read(root.table("degraded", Degraded::DOC)),
            limits: Limits::read(root.table("limits", Limits::DOC)),
            directories: directories(&mut root),
            warnings: Vec::new(),
        };
        root.done();
        config
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::read(&mut Run::new("", Path::new("")), &DeTable::new())
    }
}

/// The example file, with everything there is to set.
#[must_use]
pub fn example() -> String {
    let empty = DeTable::new();
    let mut run = Run::new("", Path::new(""));
    Config::read(&mut run, &empty);
    let mut root = Section::root(&mut run, &empty);
    root.describe(Directory::read);
    for (kind, doc) in Directory::OTHERS {
        root.describe_table(("[[directory]]", doc), |section| Directory::read_as(section, kind));
    }
    example::write(&run.described)
}

/// `version = 1`, which only a file without any setting may leave out.
fn version(root: &mut Section<'_, '_>) {
    match root.take("version").map(|value| value.get_ref().as_integer().map(toml::de::DeInteger::as_str)) {
        None if root.is_empty() => {}
        None => root.problem("version", "is missing; begin the file with `version = 1`"),
        Some(Some("1")) => {}
        Some(_) => root.problem("version", "must be 1; this program reads no other"),
    }
}

fn directories(root: &mut Section<'_, '_>) -> Vec<Directory> {
    let all = root.tables(("directory", directory::MOST), Directory::DOC, Directory::read);
    let mut names = BTreeSet::new();
    for directory in &all {
        if !names.insert(fold(&directory.name)) {
            root.problem("directory", &format!("two directories have the name `{}`", directory.name));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops here")]
    use super::*;
    use pforte_directory::ldap::ServiceLogin;
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Duration;
    use tempfile::TempDir;

    /// What is wrong with a text, one line each.
    fn problems(text: &str) -> Vec<String> {
        match Config::parse(text, Path::new("/nowhere")) {
            Err(ConfigError::Problems(problems)) => problems.iter().map(ToString::to_string).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn shown(config: &Config) -> String {
        format!("{config:#?}")
    }

    /// A folder with a secret of this mode.
    fn folder(secret: &str, mode: u32) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        fs::write(&path, secret).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        dir
    }

    fn certificate() -> String {
        rcgen::generate_simple_self_signed(["tsa.example".to_owned()]).unwrap().cert.pem()
    }

    #[test]
    fn times_are_stamped_by_an_authority_whose_certificates_can_be_read() {
        let dir = folder("no certificate", 0o600);
        fs::write(dir.path().join("ca.pem"), certificate()).unwrap();
        let read = |lines: &str| {
            let text = format!("version = 1\n[signature]\n{lines}");
            Config::parse(&text, dir.path()).map(|config| config.signature)
        };
        let url = "time_stamp_url = 'http://tsa.example/'\n";
        let good = read(&format!("{url}time_stamp_certificate = 'ca.pem'")).unwrap();
        assert!(good.time_stamp_target.is_some() && good.time_stamp_authorities.len() == 1);
        let checked = read("time_stamp_certificate = 'ca.pem'").unwrap();
        assert!(checked.time_stamp_target.is_none() && checked.time_stamp_authorities.len() == 1);
        for (lines, expected) in [
            (url, "signature.time_stamp_certificate: is missing; `time_stamp_url` needs it"),
            ("time_stamp_url = 'tsa'", "signature.time_stamp_url: an address of the form"),
            ("time_stamp_certificate = 'secret'", "signature.time_stamp_certificate: one to 64 certificates"),
            ("time_stamp_certificate = 'none.pem'", "signature.time_stamp_certificate: cannot read"),
        ] {
            let refused = read(lines).unwrap_err().to_string();
            assert!(refused.contains(expected), "{expected} in {refused}");
        }
    }

    const POSTGRES: &str = "version = 1\n[storage]\nengine = \"postgres\"\nurl_file = \"secret\"\n";

    #[test]
    fn an_empty_configuration_is_good_and_is_the_default() {
        for text in ["", "version = 1", "# nothing\n\n"] {
            let config = Config::parse(text, Path::new("/nowhere")).unwrap();
            assert_eq!(shown(&config), shown(&Config::default()));
        }
        let config = Config::default();
        assert_eq!(config.session.idle, Duration::from_mins(15));
        assert_eq!(config.session.absolute, Duration::from_hours(12));
        assert_eq!(config.session.lease_seconds, 10);
        assert_eq!(config.limits.body_bytes, 64 * 1024);
        assert!(matches!(config.storage.engine, Engine::Sqlite));
    }

    #[test]
    fn every_problem_is_told_at_once_with_its_path_and_line() {
        let text = "\
version = 1
colour = \"red\"
[session]
idle_minutes = 0
idel_minutes = 5
absolute_hours = \"12\"
[listen]
addresses = [\"localhost\", 7]
names = [\"https://x\"]
[limits]
connections = 100
reserve = 100
[[directory]]
name = \"Local\"
servers = []
ca_file = \"missing.pem\"
[plant]
time_zone = \"Mars/Olympus\"
language = \"english\"
name = \"a\\u202eb\"
[notice]
text = \"a\\u0000b\"
[local]
password_profile = \"none\"
memory_kib = 0x1
[throttle]
most_seconds_essential = 300
most_seconds = 10
[degraded]
emergency_roles = \"all\"
[storage]
engine = \"mysql\"
";
        let expected = "\
colour: unknown key (line 2)
session.idle_minutes: must be 1..=1440 (line 4)
session.idel_minutes: unknown key; did you mean `idle_minutes`? (line 5)
session.absolute_hours: must be 1..=168 (line 6)
listen.addresses[0]: must be an address and port, such as `192.0.2.7:8443` or `[::]:8443` (line 8)
listen.addresses[1]: must be a text in quotes (line 8)
listen.addresses: must have at least one address (line 8)
listen.names[0]: must be a host name or an address, without scheme and port (line 9)
limits.reserve: must be less than `connections` (line 12)
directory[0].domain: is missing
directory[0].service_account: is missing
directory[0].service_password_file: is missing
directory[0].name: is the built-in directory's name (line 14)
directory[0].ca_file: cannot read /nowhere/missing.pem: No such file or directory (os error 2) (line 16)
plant.time_zone: must be the IANA name of a time zone, such as `Europe/Berlin` or `UTC` (line 18)
plant.language: must be a language tag, such as `en` or `pt-BR` (line 19)
plant.name: the name contains a character that cannot be seen (line 20)
notice.text: must not hold characters that cannot be seen, besides line ends (line 22)
local.password_profile: must be one of `nist-800-63b`, `gxp-classic`, `iec62443-sl3` (line 24)
local.memory_kib: must be 8192..=262144 (line 25)
throttle.most_seconds_essential: must not be longer than `most_seconds` (line 27)
degraded.emergency_roles: must be a list of at most 16 texts (line 30)
storage.engine: must be one of `sqlite`, `postgres` (line 32)";
        let mut expected: Vec<_> = expected.lines().collect();
        let mut found = problems(text);
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_mistake_of_the_text_itself_is_told() {
        let found = problems("version = 1\n[session\nidle_minutes = 5\n[plant]\nname = 'a'\nname = 'b'\n");
        assert_eq!(found, ["unclosed table, expected `]` (line 2)", "duplicate key (line 6)"]);
    }

    #[test]
    fn a_damaged_file_is_not_told_byte_by_byte() {
        let found = problems(&"\0".repeat(200_000));
        assert!(found.len() <= 101, "{}", found.len());
        let keys = (0..300).fold("version = 1\n".to_owned(), |text, n| text + &format!("key{n} = 1\n"));
        let found = problems(&keys);
        assert_eq!((found.len(), found.last().unwrap().as_str()), (101, "there are 200 more problems"));
    }

    #[test]
    fn a_table_in_place_of_a_value_and_the_reverse_are_problems() {
        assert_eq!(problems("version = 1\nsession = 5"), ["session: must be a table, `[session]` (line 2)"]);
        assert_eq!(
            problems("version = 1\ndirectory = 5"),
            ["directory: must be tables, `[[directory]]` (line 2)"]
        );
        assert_eq!(problems("version = 1\ndirectory = [5]"), ["directory: must be a table (line 2)"]);
        assert_eq!(
            problems("version = 1\n[plant.name]\nx = 1"),
            ["plant.name: must be a text in quotes (line 2)"]
        );
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        assert_eq!(problems("version = 2"), ["version: must be 1; this program reads no other (line 1)"]);
        assert_eq!(problems("version = '1'").len(), 1);
        let missing = "version: is missing; begin the file with `version = 1`";
        assert_eq!(problems("[session]\nidle_minutes = 5"), [missing]);
    }

    #[test]
    fn a_number_beyond_every_type_is_a_problem_like_any_other() {
        for number in ["-1", "99999999999999999999", "1e3", "0xffffffffffffffff", "4294967311"] {
            let found = problems(&format!("version = 1\n[session]\nlease_seconds = {number}"));
            assert_eq!(found.len(), 1, "{number}: {found:?}");
        }
    }

    #[test]
    fn a_secret_comes_from_its_file_and_is_never_shown() {
        let dir = folder("postgresql://u:SECRET@h/d\n", 0o600);
        let config = Config::parse(POSTGRES, dir.path()).unwrap();
        let Engine::Postgres { url, .. } = &config.storage.engine else { panic!("not PostgreSQL") };
        assert_eq!(url.expose_secret(), "postgresql://u:SECRET@h/d");
        assert!(!shown(&config).contains("SECRET"));
        assert!(config.warnings.is_empty());
    }

    #[test]
    fn a_secret_that_everybody_can_read_is_refused_and_one_that_its_group_can_read_is_warned_of() {
        let dir = folder("SECRET", 0o604);
        let refused = Config::parse(POSTGRES, dir.path()).unwrap_err().to_string();
        assert!(refused.contains("storage.url_file: every account of the computer"), "{refused}");
        assert!(!refused.contains("SECRET"));
        let config = Config::parse(POSTGRES, folder("SECRET", 0o640).path()).unwrap();
        assert_eq!(config.warnings.len(), 1);
    }

    #[test]
    fn a_file_that_holds_no_secret_is_told() {
        for content in ["", "\n", "a\nb", "a\0b", &"x".repeat(5000)] {
            let refused = Config::parse(POSTGRES, folder(content, 0o600).path()).unwrap_err();
            assert!(refused.to_string().contains("storage.url_file: "), "{refused}");
        }
        let dir = tempfile::tempdir().unwrap();
        let missing = Config::parse(POSTGRES, dir.path()).unwrap_err().to_string();
        assert!(missing.contains("storage.url_file: cannot read"), "{missing}");
        assert_eq!(missing.lines().count(), 2, "it is told once: {missing}");
    }

    #[test]
    fn the_engine_is_told_and_never_guessed() {
        let dir = folder("SECRET", 0o600);
        let found = Config::parse("version = 1\n[storage]\nurl_file = \"secret\"", dir.path()).unwrap_err();
        assert!(found.to_string().contains("storage.url_file: is only for"), "{found}");
        let found = Config::parse("version = 1\n[storage]\nca_file = \"secret\"", dir.path()).unwrap_err();
        assert!(found.to_string().contains("storage.ca_file: is only for"), "{found}");
        let found = problems("version = 1\n[storage]\nengine = \"postgres\"");
        assert_eq!(found, ["storage.url_file: is missing; `engine = \"postgres\"` needs it"]);
    }

    #[test]
    fn a_directory_is_read_and_no_two_have_one_name() {
        let dir = folder("SECRET", 0o600);
        let table = |name: &str| {
            format!(
                "[[directory]]\nname = \"{name}\"\ndomain = \"Plant.Example\"\n\
                 servers = [\"DC1.plant.example\", \"dc2.plant.example:3269\"]\n\
                 service_account = \"PLANT\\\\pforte\"\nservice_password_file = \"secret\"\n"
            )
        };
        let text = format!("version = 1\n{}{}", table("Plant"), table("Pharma"));
        let config = Config::parse(&text, dir.path()).unwrap();
        let [plant, _] = config.directories.as_slice() else { panic!("not two directories") };
        let Reached::Ldap(domain, account) = &plant.reached else { panic!("not a domain") };
        let servers: Vec<_> = domain.way.servers.iter().map(ToString::to_string).collect();
        assert_eq!(servers, ["dc1.plant.example:636", "dc2.plant.example:3269"]);
        assert_eq!(account.name, "PLANT\\pforte");
        assert_eq!(account.password.expose_secret(), "SECRET");
        let text = format!("version = 1\n{}{}", table("Plant"), table("PLANT"));
        let refused = Config::parse(&text, dir.path()).unwrap_err().to_string();
        assert!(refused.contains("directory: two directories have the name `PLANT`"), "{refused}");
    }

    #[test]
    fn what_does_not_go_together_in_a_domain_is_told_with_its_line() {
        let dir = folder("SECRET", 0o600);
        let table = |lines: &str| {
            let text = format!(
                "version = 1\n[[directory]]\nname = \"Plant\"\ndomain = \"plant.example\"\n\
                 service_password_file = \"secret\"\n{lines}"
            );
            Config::parse(&text, dir.path()).map(|config| config.directories)
        };
        let read =
            table("service_account = \"pforte@plant.example\"\nservice_login = \"kerberos\"\n").unwrap();
        let [Directory { reached: Reached::Ldap(domain, account), .. }] = read.as_slice() else {
            panic!("not a domain")
        };
        assert_eq!(domain.settings(&account.name).service_login, ServiceLogin::Kerberos);
        for (lines, expected) in [
            (
                "service_account = \"CN=pforte,DC=plant\"\nservice_login = \"kerberos\"\n",
                "directory[0].service_account: Kerberos needs name@domain (line 6)",
            ),
            (
                "service_account = \"pforte\"\nbase = \"the plant\"\n",
                "directory[0].base: not a distinguished name (line 7)",
            ),
            (
                "service_account = \"pforte\"\nschema = \"open-ldap\"\n",
                "directory[0].servers: at most 16, and at least one where it is not Active Directory",
            ),
            (
                "service_account = \"pforte\"\nservice_login = \"ntlm\"\n",
                "directory[0].service_login: must be one of `auto`, `simple`, `kerberos` (line 7)",
            ),
        ] {
            let refused = table(lines).unwrap_err().to_string();
            assert!(refused.contains(expected), "{expected} in {refused}");
        }
    }

    #[test]
    fn a_directory_of_each_kind_has_its_own_keys_and_what_is_wrong_is_told() {
        let dir = folder("SECRET", 0o600);
        let text = "version = 1\n[[directory]]\nname = \"Shop\"\nkind = \"workgroup\"\nhost = \"WS7\"\n\
                    service_account = \"pforte\"\nservice_password_file = \"secret\"\n\
                    [[directory]]\nname = \"Here\"\nkind = \"os\"\nleast_uid = 2000\n";
        let config = Config::parse(text, dir.path()).unwrap();
        let [shop, here] = config.directories.as_slice() else { panic!("not two directories") };
        let host = |reached: &Reached| matches!(reached, Reached::Workgroup { host, .. } if host == "WS7");
        assert!(host(&shop.reached));
        assert!(matches!(&here.reached, Reached::Os { service, least_uid: 2000 } if service == "pforte"));
        let text = "version = 1\n[[directory]]\nname = \"Shop\"\nkind = \"workgroup\"\ndomain = \"a.b\"\n\
                    address = \"here\"\n[[directory]]\nkind = \"os\"\nservice = \"su\"\nservice_account = \"a\"\n\
                    [[directory]]\nname = \"Plant\"\nkind = \"nis\"\nschema = \"nds\"";
        let found = problems(text);
        for expected in [
            "directory[0].host: is missing",
            "directory[0].service_account: is missing",
            "directory[0].domain: unknown key (line 5)",
            "directory[0].address: must be an address (line 6)",
            "directory[1].name: is missing",
            "directory[1].service: not a name that begins with pforte, in small letters, digits and - (line 9)",
            "directory[1].service_account: unknown key (line 10)",
            "directory[2].kind: must be one of `ldap`, `workgroup`, `os` (line 13)",
        ] {
            assert!(found.iter().any(|one| one == expected), "{expected} in {found:#?}");
        }
        assert!(found.iter().any(|one| one.starts_with("directory[2].schema: must be one of")), "{found:#?}");
    }

    #[test]
    fn a_file_is_loaded_within_bounds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pforte.toml");
        assert!(matches!(Config::load(&path), Err(ConfigError::Read { .. })));
        fs::write(&path, "version = 1\n[plant]\nname = \"Dairy\"\n").unwrap();
        assert_eq!(Config::load(&path).unwrap().plant.name, "Dairy");
        fs::write(&path, "#".repeat(300_000)).unwrap();
        assert!(matches!(Config::load(&path), Err(ConfigError::TooLong(_))));
        fs::write(&path, b"version = 1 # \xff").unwrap();
        assert!(Config::load(&path).unwrap_err().to_string().contains("byte 14"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic_and_every_line_told_is_there(text in any_config()) {
            match Config::parse(&text, Path::new("/nowhere")) {
                Ok(_) => {}
                Err(ConfigError::Problems(problems)) => {
                    prop_assert!(!problems.is_empty());
                    for problem in problems {
                        prop_assert!(problem.line.is_none_or(|line| line <= text.lines().count().max(1)));
                    }
                }
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }

    /// Texts that are like a configuration, and texts that are not.
    fn any_config() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            Just("version = 1\n".to_owned()),
            prop::sample::select(
                example()
                    .lines()
                    .map(|line| line.trim_start_matches('#').to_owned() + "\n")
                    .collect::<Vec<_>>()
            ),
            "[a-z_]{1,12} = (-?[0-9]{1,25}|\"[^\"\\\\]{0,20}\"|\\[[0-9, ]*\\]|true)\n",
            "\\[\\[?[a-z.]{1,12}\\]?\\]\n",
            "\\PC{0,20}",
        ];
        prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
    }

    #[test]
    fn the_example_in_the_documentation_is_what_the_program_reads() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/config.example.toml");
        let kept = fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == example(),
            "write it anew: cargo run -p pforte-server --example config-example > docs/config.example.toml"
        );
    }

    #[test]
    fn the_example_is_good_as_it_stands_and_changes_nothing() {
        let config = Config::parse(&example(), Path::new("/nowhere")).unwrap();
        assert_eq!(shown(&config), shown(&Config::default()));
    }

    #[test]
    fn every_line_of_the_example_can_be_switched_on() {
        let dir = folder("postgresql://", 0o600);
        for name in ["postgres-url", "postgres-ca.pem", "service-password", "plant-ca.pem"] {
            fs::copy(dir.path().join("secret"), dir.path().join(name)).unwrap();
        }
        fs::write(dir.path().join("time-stamp-ca.pem"), certificate()).unwrap();
        let on: Vec<_> = example()
            .lines()
            .map(|line| {
                line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned()
            })
            .collect();
        let text = on.join("\n").replace("engine = \"sqlite\"", "engine = \"postgres\"");
        let config = Config::parse(&text, dir.path()).unwrap();
        assert_eq!(config.directories.len(), 3);
        assert_eq!(config.local.workers, Some(4));
        assert_eq!(config.limits, Config::default().limits);
        assert_eq!(config.throttle, Config::default().throttle);
        assert_eq!(config.degraded, Config::default().degraded);
        assert_eq!(config.listen.addresses, Config::default().listen.addresses);
    }
}
