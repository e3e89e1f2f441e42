//! The domain's administrator: changes users and groups of the running domain controller.
//!
//! Each change is one run of `ldapmodify`, some tens of milliseconds, and holds when it returns.

use std::process::Command;

use super::acl::{Properties, denying};
use super::file::ActiveDirectory;
use super::ldif::{Ldif, in_filter, value_in};
use super::population::{Kind, USER_PASSWORD, group_dn, user_dn};
use crate::command::{command, output, output_of};
use crate::failure::{Done, Failure};
use crate::place::unused_name;

/// Who may do what with an entry.
const DESCRIPTOR: &str = "nTSecurityDescriptor";
/// The control by which of a descriptor only the access list is read (MS-ADTS 3.1.1.3.4.1.11).
const LIST_ALONE: &str = "!1.2.840.113556.1.4.801=::MAMCAQQ=";

/// Acts at one domain controller.
#[derive(Clone, Debug)]
pub struct Admin {
    address: String,
    domain: String,
    base: String,
    user: String,
    password: String,
}

impl Admin {
    /// The administrator of this domain.
    #[must_use]
    pub fn of(ad: &ActiveDirectory) -> Self {
        Self {
            address: ad.address.clone(),
            domain: ad.domain.clone(),
            base: ad.base.clone(),
            user: ad.administrator.user.clone(),
            password: ad.administrator.password.clone(),
        }
    }

    /// Makes an ordinary user with the password of all, member of these groups, under a name that no other has.
    /// Gives the name.
    pub fn new_user(&self, groups: &[&str]) -> Done<String> {
        let login = unused_name("t");
        let dn = user_dn(&login);
        let ldif = Ldif::default().user(&dn, &login, &format!("{login}@{}", self.domain), USER_PASSWORD);
        let ldif =
            groups.iter().fold(ldif, |ldif, group| ldif.add_values(&group_dn(group), "member", &[&dn]));
        self.change(&ldif)?;
        Ok(login)
    }

    /// Makes an account for a service of browsers on a host under a name that no other has, with AES keys.
    /// Gives the account's and the host's name, which nobody resolves.
    pub fn new_web_service(&self) -> Done<(String, String)> {
        let login = self.new_user(&[])?;
        let host = format!("{}.test", login.replace('_', "-"));
        self.set(&login, "servicePrincipalName", &format!("HTTP/{host}"))?;
        self.set(&login, "msDS-SupportedEncryptionTypes", "24")?;
        Ok((login, host))
    }

    /// Makes a global group with these members under a name that no other has. Gives the name.
    pub fn new_group(&self, members: &[&str]) -> Done<String> {
        let name = unused_name("g");
        let members: Vec<String> = members.iter().map(|member| self.dn(member)).collect::<Done<_>>()?;
        self.change(&Ldif::default().group(&name, Kind::Global, &members))?;
        Ok(name)
    }

    /// Disables a user.
    pub fn disable(&self, login: &str) -> Done {
        self.set(login, "userAccountControl", "514")
    }

    /// Enables a user, as an ordinary one.
    pub fn enable(&self, login: &str) -> Done {
        self.set(login, "userAccountControl", "512")
    }

    /// Ends a lockout.
    pub fn unlock(&self, login: &str) -> Done {
        self.set(login, "lockoutTime", "0")
    }

    /// Makes a user change its password before it can log on again.
    pub fn must_change(&self, login: &str) -> Done {
        self.set(login, "pwdLastSet", "0")
    }

    /// Takes [`Self::must_change`] back.
    pub fn need_not_change(&self, login: &str) -> Done {
        self.set(login, "pwdLastSet", "-1")
    }

    /// Lets an account expire, in the year 2019.
    pub fn expire(&self, login: &str) -> Done {
        self.set(login, "accountExpires", "132000000000000000")
    }

    /// Lets an account never expire.
    pub fn never_expire(&self, login: &str) -> Done {
        self.set(login, "accountExpires", "0")
    }

    /// Gives a user another password.
    pub fn set_password(&self, login: &str, password: &str) -> Done {
        self.change(&Ldif::default().password(&self.dn(login)?, password))
    }

    /// Gives a user or group another name for log-on; its identity stays.
    pub fn rename(&self, login: &str, to: &str) -> Done {
        self.set(login, "sAMAccountName", to)
    }

    /// Removes a user or group.
    pub fn remove(&self, login: &str) -> Done {
        self.change(&Ldif::default().remove(&self.dn(login)?))
    }

    /// Makes a user or group a member of a group.
    pub fn add_member(&self, group: &str, member: &str) -> Done {
        self.change(&Ldif::default().add_values(&self.dn(group)?, "member", &[&self.dn(member)?]))
    }

    /// Ends a membership.
    pub fn remove_member(&self, group: &str, member: &str) -> Done {
        self.change(&Ldif::default().remove_values(&self.dn(group)?, "member", &[&self.dn(member)?]))
    }

    /// Puts one value in the place of all that an attribute of a user or group holds.
    pub fn set(&self, login: &str, attribute: &str, value: &str) -> Done {
        self.change(&Ldif::default().replace(&self.dn(login)?, attribute, &[value]))
    }

    /// Forbids an account to read these properties of a user.
    pub fn hide(&self, login: &str, properties: Properties, from: &str) -> Done {
        let dn = self.dn(login)?;
        let mut search = self.tool("ldapsearch", &self.user, &self.password);
        search.args(["-E", LIST_ALONE, "-LLL", "-o", "ldif-wrap=no", "-b", &dn, "-s", "base", DESCRIPTOR]);
        let found = output(&mut search)?;
        let descriptor = found.lines().find_map(|line| value_in(line, DESCRIPTOR));
        let sid = self.values(from, "objectSid")?.into_iter().next();
        let hidden = descriptor.zip(sid).and_then(|(descriptor, sid)| denying(&descriptor, &sid, properties));
        let hidden = hidden.ok_or_else(|| Failure::new(format!("{dn} has no access list")))?;
        self.change(&Ldif::default().access_list(&dn, &hidden))
    }

    /// Makes any changes.
    pub fn change(&self, ldif: &Ldif) -> Done {
        output_of(&mut self.tool("ldapmodify", &self.user, &self.password), ldif.text()).map(drop)
    }

    /// The values of an attribute of a user or group.
    pub fn values(&self, login: &str, attribute: &str) -> Done<Vec<Vec<u8>>> {
        let filter = format!("(sAMAccountName={})", in_filter(login));
        let mut search = self.tool("ldapsearch", &self.user, &self.password);
        search.args(["-LLL", "-o", "ldif-wrap=no", "-b", &self.base, &filter, attribute]);
        let found = output(&mut search)?;
        Ok(found.lines().filter_map(|line| value_in(line, attribute)).collect())
    }

    /// The distinguished name of a user or group.
    pub fn dn(&self, login: &str) -> Done<String> {
        let names = self.values(login, "distinguishedName")?;
        let name = names.into_iter().next().and_then(|name| String::from_utf8(name).ok());
        name.ok_or_else(|| Failure::new(format!("the directory has no {login}")))
    }

    /// Whether the controller takes this user's password.
    #[must_use]
    pub fn can_bind(&self, login: &str, password: &str) -> bool {
        output(&mut self.tool("ldapwhoami", login, password)).is_ok()
    }

    /// The tool does not check the controller's certificate: both ends are this machine's.
    fn tool(&self, name: &str, user: &str, password: &str) -> Command {
        let url = format!("ldaps://{}", self.address);
        let bind = format!("{user}@{}", self.domain);
        let mut tool = command(name, ["-x", "-H", &url, "-D", &bind, "-w", password]);
        tool.env("LDAPTLS_REQCERT", "never");
        tool
    }
}
