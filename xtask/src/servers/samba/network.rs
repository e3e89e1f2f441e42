//! A network of its own on this machine: a namespace, and one pair of interfaces that joins it to the machine.
//!
//! The machine's own interfaces, addresses, routes and settings are left as they are.

use std::collections::BTreeSet;
use std::path::Path;

use crate::command::{command, output, wait_until};
use crate::failure::{Done, Failure};
use crate::servers::process::Process;
use std::time::Duration;

/// How many such networks a machine can have at the same time.
const NETWORKS: u8 = 32;
/// Where the rule stands that cuts an address off.
const RULE: &str = "10";
const END_LIMIT: Duration = Duration::from_secs(10);

/// A network that is used by nothing else.
#[derive(Clone, Debug)]
pub(super) struct Network(u8);

impl Network {
    /// Makes the first one that nobody has, for the controllers in this folder.
    pub(super) fn make(owner: &Path) -> Done<Self> {
        let used = output(&mut command("ip", ["-4", "route", "show", "table", "all"]))?;
        let free = |number: &u8| {
            !used.contains(&format!("10.213.{number}."))
                && !Path::new("/run/netns").join(name(*number)).exists()
        };
        let number = (0..NETWORKS).find(free).ok_or_else(|| Failure::new("no network is free"))?;
        let network = Self(number);
        network.join_to_machine(owner).inspect_err(|_| {
            // What failed is told; what is left of it is found by the next start.
            let _ = end(&name(number));
        })?;
        Ok(network)
    }

    fn join_to_machine(&self, owner: &Path) -> Done {
        let name = self.name();
        ip(&format!("netns add {name}"))?;
        ip(&format!("-n {name} link set lo up"))?;
        ip(&format!("link add {name} type veth peer name inside netns {name}"))?;
        output(command("ip", ["link", "set", "dev", &name, "alias"]).arg(owner))?;
        ip(&format!("addr add {}/24 dev {name}", self.address(1)))?;
        ip(&format!("link set {name} up"))?;
        ip(&format!("-n {name} link set inside up"))
    }

    /// Gives it a further address, inside.
    pub(super) fn add(&self, last: u8) -> Done<String> {
        let (name, address) = (self.name(), self.address(last));
        ip(&format!("-n {name} addr add {address}/24 dev inside"))?;
        Ok(address)
    }

    /// The name of the namespace, and of the machine's interface.
    pub(super) fn name(&self) -> String {
        name(self.0)
    }

    /// All its addresses, as a subnet.
    pub(super) fn subnet(&self) -> String {
        format!("{}/24", self.address(0))
    }

    /// An address of it.
    pub(super) fn address(&self, last: u8) -> String {
        format!("10.213.{}.{last}", self.0)
    }
}

/// Ends all that runs in a network, and the network. Its name may have become that of another owner's one,
/// which is left alone.
pub(super) fn remove(name: &str, owner: &Path) -> Done {
    if is_of(name, owner) { end(name) } else { Ok(()) }
}

/// Whether a network of this name is this owner's.
pub(super) fn is_of(name: &str, owner: &Path) -> bool {
    let told = output(&mut command("ip", ["link", "show", "dev", name])).unwrap_or_default();
    let alias = format!("alias {}", owner.display());
    told.lines().any(|line| line.trim() == alias)
}

fn end(name: &str) -> Done {
    if !Path::new("/run/netns").join(name).exists() {
        return Ok(());
    }
    let end_all = || {
        let left = processes(name)?;
        for process in &left {
            // It may have ended meanwhile.
            let _ = process.signal("KILL");
        }
        Ok::<_, Failure>(left.is_empty())
    };
    let gone = wait_until(END_LIMIT, || end_all().unwrap_or(false));
    if !gone {
        return Err(Failure::new(format!("processes in the network {name} do not end")));
    }
    // The namespace takes its end of the pair along, but not before this returns.
    let _ = ip(&format!("link del {name}"));
    ip(&format!("netns del {name}"))
}

fn processes(name: &str) -> Done<Vec<Process>> {
    let ids = output(&mut command("ip", ["netns", "pids", name]))?;
    Ok(ids.split_whitespace().filter_map(|id| Process::with_id(id.parse().ok()?)).collect())
}

/// Lets nothing out of an address to the machine: nobody is told, it is only silent.
pub(super) fn cut_off(name: &str, address: &str) -> Done {
    if is_cut_off(name)?.contains(address) {
        return Ok(());
    }
    ip(&format!("-n {name} rule add from {address} priority {RULE} blackhole"))
}

/// Ends that.
pub(super) fn let_in(name: &str, address: &str) -> Done {
    if is_cut_off(name)?.contains(address) {
        ip(&format!("-n {name} rule del from {address} priority {RULE} blackhole"))?;
    }
    Ok(())
}

/// The addresses that are cut off.
pub(super) fn is_cut_off(name: &str) -> Done<BTreeSet<String>> {
    let rules = output(&mut command("ip", ["-n", name, "rule", "show", "priority", RULE]))?;
    let from =
        |line: &str| line.split_whitespace().skip_while(|word| *word != "from").nth(1).map(str::to_owned);
    Ok(rules.lines().filter_map(from).collect())
}

fn name(number: u8) -> String {
    format!("pforte-f{number}")
}

fn ip(words: &str) -> Done {
    output(&mut command("ip", words.split(' '))).map(drop)
}
