//! The demo plant as tables.

use pforte_model::signature::rules::Meaning;

/// An area, after the one above it.
pub(super) struct Area {
    pub(super) path: &'static str,
}

/// A station in an area.
pub(super) struct Station {
    pub(super) name: &'static str,
    pub(super) area: &'static str,
}

/// An application with its rights.
pub(super) struct Application {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    /// Action, English and German name.
    pub(super) rights: &'static [(&'static str, &'static str, &'static str)],
}

/// A role with its rights.
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) rights: &'static [&'static str],
    pub(super) idle_seconds: Option<u32>,
}

/// A group with its role and where it counts. Groups are nested by `inside`.
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) inside: Option<&'static str>,
    pub(super) role: Option<(&'static str, &'static str)>,
}

/// How acts are signed in the whole plant: one person of each step, one step after the other,
/// each with a comment.
pub(super) struct SigningPolicy {
    pub(super) name: &'static str,
    pub(super) actions: &'static [&'static str],
    pub(super) steps: &'static [(&'static [&'static str], Meaning)],
    pub(super) valid_seconds: u32,
    /// For how long after a log-on or a signature the password alone suffices.
    pub(super) continuous_seconds: u32,
    pub(super) cancel_roles: &'static [&'static str],
}

/// A user in a group.
pub(super) struct User {
    pub(super) login: &'static str,
    pub(super) label: &'static str,
    pub(super) group: &'static str,
    pub(super) essential: bool,
}

const fn area(path: &'static str) -> Area {
    Area { path }
}

pub(super) const AREAS: &[Area] = &[
    area("dairy/reception"),
    area("dairy/reception/tank1"),
    area("dairy/reception/tank2"),
    area("dairy/pasteuriser"),
    area("dairy/line1"),
    area("dairy/line1/filler"),
    area("dairy/line2"),
    area("dairy/line2/mixer"),
    area("dairy/line2/filler"),
    area("dairy/cip"),
    area("dairy/laboratory"),
];

pub(super) const STATIONS: &[Station] = &[
    Station { name: "Reception panel", area: "dairy/reception" },
    Station { name: "Line 1 panel", area: "dairy/line1" },
    Station { name: "Line 2 panel", area: "dairy/line2" },
    Station { name: "Control room", area: "dairy" },
    Station { name: "Laboratory", area: "dairy/laboratory" },
];

pub(super) const APPLICATIONS: &[Application] = &[
    Application {
        key: "hmi",
        name: "Process pictures",
        rights: &[
            ("view", "See process pictures", "Prozessbilder ansehen"),
            ("setpoint.write", "Change setpoints", "Sollwerte ändern"),
            ("valve.operate", "Open and close valves", "Ventile öffnen und schließen"),
            ("alarm.acknowledge", "Acknowledge alarms", "Meldungen quittieren"),
            ("interlock.override", "Override interlocks", "Verriegelungen überbrücken"),
        ],
    },
    Application {
        key: "batch",
        name: "Batch control",
        rights: &[
            ("start", "Start batches", "Chargen starten"),
            ("hold", "Hold batches", "Chargen anhalten"),
            ("release", "Release batches", "Chargen freigeben"),
            ("recipe.edit", "Edit recipes", "Rezepte bearbeiten"),
        ],
    },
    Application {
        key: "engineering",
        name: "Engineering",
        rights: &[
            ("project.open", "Open projects", "Projekte öffnen"),
            ("project.download", "Download to controllers", "In Steuerungen laden"),
        ],
    },
];

pub(super) const ROLES: &[Role] = &[
    Role {
        name: "Operator",
        description: "Runs the process in an area",
        rights: &[
            "hmi/view",
            "hmi/setpoint.write",
            "hmi/valve.operate",
            "hmi/alarm.acknowledge",
            "batch/start",
            "batch/hold",
        ],
        idle_seconds: Some(900),
    },
    Role {
        name: "Shift lead",
        description: "Leads a shift in the whole plant",
        rights: &[
            "hmi/view",
            "hmi/setpoint.write",
            "hmi/valve.operate",
            "hmi/alarm.acknowledge",
            "hmi/interlock.override",
            "batch/start",
            "batch/hold",
        ],
        idle_seconds: Some(600),
    },
    Role {
        name: "Quality",
        description: "Releases batches",
        rights: &["hmi/view", "batch/release"],
        idle_seconds: Some(300),
    },
    Role {
        name: "Process engineer",
        description: "Edits recipes and projects",
        rights: &[
            "hmi/view",
            "batch/recipe.edit",
            "engineering/project.open",
            "engineering/project.download",
        ],
        idle_seconds: None,
    },
    Role {
        name: "Auditor",
        description: "Reads the event log and who has which role",
        rights: &[
            "pforte/events.read",
            "pforte/users.read",
            "pforte/roles.read",
            "pforte/assignments.read",
            "pforte/areas.read",
            "pforte/sessions.read",
            "pforte/explain",
        ],
        idle_seconds: None,
    },
];

/// Who runs the line signs that the batch is done, and then quality sets it free.
pub(super) const SIGNING: SigningPolicy = SigningPolicy {
    name: "Release of batches",
    actions: &["batch/release"],
    steps: &[(&["Operator", "Shift lead"], Meaning::Performed), (&["Quality"], Meaning::Released)],
    valid_seconds: 600,
    continuous_seconds: 900,
    cancel_roles: &["Shift lead"],
};

const fn group(
    name: &'static str,
    inside: Option<&'static str>,
    role: Option<(&'static str, &'static str)>,
) -> Group {
    Group { name, inside, role }
}

/// A group stands after the one it is inside of.
pub(super) const GROUPS: &[Group] = &[
    group("Plant operators", None, Some(("Operator", "dairy/cip"))),
    group("Reception crew", Some("Plant operators"), Some(("Operator", "dairy/reception"))),
    group("Line 1 crew", Some("Plant operators"), Some(("Operator", "dairy/line1"))),
    group("Line 2 crew", Some("Plant operators"), Some(("Operator", "dairy/line2"))),
    group("Shift leads", None, Some(("Shift lead", "dairy"))),
    group("Quality", None, Some(("Quality", "dairy"))),
    group("Engineers", None, Some(("Process engineer", "dairy"))),
    group("Auditors", None, Some(("Auditor", "dairy"))),
];

/// The built-in group of the administrators, under its own name.
pub(super) const ADMINISTRATORS: &str = crate::service::setup::ADMINISTRATORS;

const fn user(login: &'static str, label: &'static str, group: &'static str) -> User {
    User { login, label, group, essential: false }
}

pub(super) const USERS: &[User] = &[
    user("admin", "Administrator", ADMINISTRATORS),
    user("operator1", "Operator, reception", "Reception crew"),
    user("operator2", "Operator, line 1", "Line 1 crew"),
    user("operator3", "Operator, line 1, late shift", "Line 1 crew"),
    user("operator4", "Operator, line 2", "Line 2 crew"),
    user("operator5", "Operator, line 2, late shift", "Line 2 crew"),
    User { login: "shiftlead1", label: "Shift lead, early", group: "Shift leads", essential: true },
    User { login: "shiftlead2", label: "Shift lead, late", group: "Shift leads", essential: true },
    user("quality1", "Quality, release", "Quality"),
    user("quality2", "Quality, laboratory", "Quality"),
    user("engineer1", "Process engineer", "Engineers"),
    user("auditor1", "Auditor", "Auditors"),
];

/// The names of the roles that a user has by groups, nested ones included.
pub(super) fn roles_of(user: &User) -> Vec<&'static str> {
    if user.group == ADMINISTRATORS {
        return vec!["Administrator"];
    }
    let find = |name: &str| GROUPS.iter().find(|group| group.name == name);
    let groups = std::iter::successors(find(user.group), |group| group.inside.and_then(find));
    let mut roles: Vec<&'static str> = groups.filter_map(|group| group.role.map(|(role, _)| role)).collect();
    roles.dedup();
    roles
}
