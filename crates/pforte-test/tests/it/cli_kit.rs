//! What the tests of the command line share: the program itself, started as a
//! person starts it, over data and a server of the test's own.
//!
//! Every answer is searched for every secret that the test knows of, so that no
//! command can tell one unasked.

use pforte_test::server::{ADMIN, Engine, PASSWORD, config_text};
use pforte_test::{PgDatabase, pg_database};
use serde_json::Value;
use std::cell::RefCell;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// What a command told, and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    /// What was asked, for the words of a test that fails.
    asked: String,
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Told {
    /// It was done, and nothing was complained about.
    pub(crate) fn done(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self
    }

    /// The answer is no: exit code 1, told on standard output.
    pub(crate) fn no(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (1, ""), "{self:?}");
        assert!(!self.out.is_empty(), "{self:?}");
        self
    }

    /// It was refused with this code: exit code 1, code and cure on standard
    /// error, nothing on standard output.
    pub(crate) fn refused(self, code: &str) -> Self {
        self.complained(1, code)
    }

    /// It made no sense: exit code 2, told as a refusal is.
    pub(crate) fn wrong_use(self) -> Self {
        self.complained(2, "wrong-use")
    }

    fn complained(self, exit: i32, code: &str) -> Self {
        assert_eq!((self.code, self.out.as_str()), (exit, ""), "{self:?}");
        let (told, cure) = self.err.split_once('\n').unwrap_or_else(|| unreachable!("no cure: {self:?}"));
        assert!(told.starts_with(&format!("{code}: ")), "{self:?}");
        assert!(cure.trim_end().ends_with('.') && cure.trim().len() > 8, "no cure: {self:?}");
        self
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| unreachable!("{error}: {self:?}"))
    }

    /// Standard output as a list of JSON.
    pub(crate) fn list(&self) -> Vec<Value> {
        let Value::Array(list) = self.json() else { unreachable!("no array: {self:?}") };
        list
    }

    /// The field of each entry of a list.
    pub(crate) fn column(&self, field: &str) -> Vec<String> {
        self.list().iter().map(|entry| pforte_test::server::text(entry, field)).collect()
    }

    /// Whether a line of standard output has all these words.
    pub(crate) fn has_line(&self, words: &[&str]) -> bool {
        self.out.lines().any(|line| words.iter().all(|word| line.contains(word)))
    }
}

/// A folder with a configuration, in which the program is started.
pub(crate) struct Plant {
    folder: TempDir,
    secrets: RefCell<Vec<String>>,
    address: Option<String>,
    serving: Option<Child>,
    _database: Option<PgDatabase>,
}

impl Plant {
    /// Over the embedded database; nothing is made yet.
    pub(crate) fn bare() -> Self {
        Self::over(None)
    }

    /// Over this engine; nothing is made yet.
    pub(crate) async fn bare_on(engine: Engine) -> Self {
        Self::over(match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(pg_database().await),
        })
    }

    fn over(database: Option<PgDatabase>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = config_text(folder.path(), database.as_ref(), "");
        fs::write(folder.path().join("pforte.toml"), text).unwrap();
        let plant =
            Self { folder, secrets: RefCell::default(), address: None, serving: None, _database: database };
        plant.write("admin.password", ADMIN.1);
        plant.write("password", PASSWORD);
        plant.secret(ADMIN.1);
        plant.secret(PASSWORD);
        plant
    }

    /// With data, a running server, and the administrator logged on.
    pub(crate) fn new() -> Self {
        Self::bare().started()
    }

    /// The same over this engine.
    pub(crate) async fn on(engine: Engine) -> Self {
        Self::bare_on(engine).await.started()
    }

    fn started(mut self) -> Self {
        let code = self.init();
        self.serve();
        self.stranger(&format!("setup --code {code} --user {} --password-file admin.password", ADMIN.0))
            .done();
        self.login(ADMIN.0, "admin.password");
        self
    }

    /// Makes the data; gives the set-up code.
    pub(crate) fn init(&self) -> String {
        let code = pforte_test::server::text(
            &self.run("init --data data --config pforte.toml -o json").done().json(),
            "set_up_code",
        );
        self.secret(&code);
        code
    }

    /// Starts the server on a free port and waits until it serves.
    pub(crate) fn serve(&mut self) {
        self.serve_with("--data data");
    }

    /// The same with more words.
    pub(crate) fn serve_with(&mut self, more: &str) {
        let log = File::create(self.path("server.log")).unwrap();
        let words = format!("serve --config pforte.toml --listen 127.0.0.1:0 --log debug -o json {more}");
        let mut child = self.command(&words).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.serving = Some(child);
        let told: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| unreachable!("{error}: {line} {}", self.log()));
        self.address = told["addresses"][0].as_str().map(str::to_owned);
    }

    /// Starts a command of the administrator that tells what comes, as JSON.
    pub(crate) fn follow(&self, words: &str) -> Follower {
        let words = format!("{words} --follow -o json --login-file {}.login", ADMIN.0);
        let mut child = self.command(&words).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Follower { child, lines }
    }

    /// Sends the server a signal and waits for its end.
    pub(crate) fn stop(&mut self, signal: &str) -> ExitStatus {
        let mut child = self.serving.take().unwrap();
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        child.wait().unwrap()
    }

    /// What the server wrote on standard error.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("server.log")).unwrap()
    }

    /// Where the server serves.
    pub(crate) fn address(&self) -> &str {
        self.address.as_deref().unwrap()
    }

    /// A file or folder of this plant.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that only its owner reads.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let mut file = File::create(self.path(name)).unwrap();
        file.set_permissions(Permissions::from_mode(0o600)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// From now on no command may tell this.
    pub(crate) fn secret(&self, secret: &str) {
        assert!(secret.len() > 8, "too short to be looked for: {secret}");
        self.secrets.borrow_mut().push(secret.to_owned());
    }

    /// Runs the program with these words, apart at their blanks; `~` stands for a
    /// blank inside a word.
    pub(crate) fn run(&self, words: &str) -> Told {
        self.run_with(words, "")
    }

    /// Runs it with this on standard input.
    pub(crate) fn run_with(&self, words: &str, input: &str) -> Told {
        let mut command = self.command(words);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Who reads no input may have ended already.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let ended = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let told = Told {
            asked: words.to_owned(),
            code: ended.status.code().unwrap(),
            out: text(ended.stdout),
            err: text(ended.stderr),
        };
        self.tells_no_secret(&told.asked, &format!("{}{}", told.out, told.err));
        told
    }

    /// No secret that the test knows stands in a text.
    pub(crate) fn tells_no_secret(&self, place: &str, text: &str) {
        let secrets = self.secrets.borrow();
        let found = secrets.iter().find(|secret| text.contains(secret.as_str()));
        assert!(found.is_none(), "{place} tells {found:?}: {text}");
    }

    /// Runs it as the administrator.
    pub(crate) fn admin(&self, words: &str) -> Told {
        self.as_user(ADMIN.0, words)
    }

    /// Runs it as somebody who logged on.
    pub(crate) fn as_user(&self, user: &str, words: &str) -> Told {
        self.run(&format!("{words} --login-file {user}.login"))
    }

    /// Runs it as nobody, over the way to the server.
    pub(crate) fn stranger(&self, words: &str) -> Told {
        self.run(&format!("{words} {}", self.way()))
    }

    /// The way to the server, without a log-on.
    pub(crate) fn way(&self) -> String {
        format!("--server {} --ca data/ca.pem", self.address())
    }

    /// Logs somebody on with the password in a file; from then on the token is a
    /// secret. Gives the session's identifier.
    pub(crate) fn login(&self, user: &str, password_file: &str) -> String {
        let words = format!("login {user} --password-file {password_file} --login-file {user}.login -o json");
        let session = self.stranger(&words).done().json();
        self.secret(&self.token(user));
        pforte_test::server::text(&session, "id")
    }

    /// The token that is kept for somebody.
    pub(crate) fn token(&self, user: &str) -> String {
        let kept: Value =
            serde_json::from_slice(&fs::read(self.path(&format!("{user}.login"))).unwrap()).unwrap();
        kept["token"].as_str().unwrap().to_owned()
    }

    /// Makes a user with the usual password, as the administrator; gives the identifier.
    pub(crate) fn user(&self, login: &str) -> String {
        self.add(&format!("user add {login} --password-file password"))
    }

    /// Makes something as the administrator; gives its identifier.
    pub(crate) fn add(&self, words: &str) -> String {
        pforte_test::server::text(&self.admin(&format!("{words} -o json")).done().json(), "id")
    }

    /// The program, in this folder, with nothing of this computer's user around it.
    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pforte-child"));
        command
            .arg0("pforte")
            .args(words.split_whitespace().map(|word| word.replace('~', " ")))
            .current_dir(self.folder.path());
        command.env("HOME", self.folder.path()).env_remove("XDG_CONFIG_HOME");
        command
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        if let Some(mut child) = self.serving.take() {
            let ended = child.kill().and_then(|()| child.wait());
            assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
        }
    }
}

/// A command that goes on telling until the test has heard enough.
pub(crate) struct Follower {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Follower {
    /// The next thing that it tells: one object on one line.
    pub(crate) fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| unreachable!("{error}: {line}"))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
    }
}

/// The mode of a file's permissions.
pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
