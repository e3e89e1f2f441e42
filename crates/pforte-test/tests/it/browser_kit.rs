//! A browser with its cookies.

use pforte_test::Server;
use pforte_test::http::{Answer, Caller};
use serde_json::json;

pub(crate) const SESSION: &str = "__Host-pforte";
pub(crate) const STATION: &str = "__Host-pforte-station";

/// A browser with its cookies, showing a page of the server's own.
#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) cookies: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn call(&self, server: &Server, method: &str, path: &str) -> Caller {
        self.dress(server.call(method, path)).header("sec-fetch-site", "same-origin")
    }

    /// Asks for a plain page.
    pub(crate) async fn open(&mut self, server: &Server, path: &str) -> Answer {
        let answer = self.dress(server.raw("GET", path)).send().await;
        self.take(&answer);
        answer
    }

    /// Sends a form of a plain page.
    pub(crate) async fn post(&mut self, server: &Server, path: &str, form: &str) -> Answer {
        let call = self.dress(server.raw("POST", path)).header("sec-fetch-site", "same-origin");
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let answer = call.bytes(form.as_bytes().to_vec()).await;
        self.take(&answer);
        answer
    }

    /// Adds the cookies alone.
    pub(crate) fn dress(&self, call: Caller) -> Caller {
        if self.cookies.is_empty() {
            return call;
        }
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        call.header("cookie", &pairs.join("; "))
    }

    /// Takes over what an answer sets.
    pub(crate) fn take(&mut self, answer: &Answer) {
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.cookies.iter().any(|(known, _)| known == name)
    }

    pub(crate) async fn log_on(&mut self, server: &Server, user: &str, password: &str) -> Answer {
        let asked = json!({ "directory": "local", "user": user, "password": password, "cookie": true });
        let answer = self.call(server, "POST", "/sessions").json(&asked).await;
        self.take(&answer);
        answer
    }

    pub(crate) async fn install(&mut self, server: &Server, credential: &str) -> Answer {
        let asked = json!({ "credential": credential });
        let answer = self.call(server, "POST", "/stations/current/credential").json(&asked).await;
        self.take(&answer);
        answer
    }

    pub(crate) async fn forget(&mut self, server: &Server) -> Answer {
        let answer = self.call(server, "DELETE", "/stations/current/credential").send().await;
        self.take(&answer);
        answer
    }

    pub(crate) async fn here(&self, server: &Server) -> Answer {
        self.call(server, "GET", "/sessions/current").send().await
    }
}
