//! Assignments: who has which role, where, when.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::assignment::{Assignment, ChangeAssignment, NewAssignment};

/// Which assignments of the list; each by identifier.
#[derive(Clone, Debug, Default)]
pub struct AssignmentFilter {
    /// To this user.
    pub user: Option<String>,
    /// To this group.
    pub group: Option<String>,
    /// Of this role.
    pub role: Option<String>,
}

impl Client {
    /// The assignments.
    pub async fn assignments(
        &self,
        filter: &AssignmentFilter,
        page: &Page,
    ) -> Result<List<Assignment>, ClientError> {
        let target = Target::api(&["assignments"])
            .with("user", filter.user.as_deref())
            .with("group", filter.group.as_deref())
            .with("role", filter.role.as_deref());
        self.get(target.page(page)).await
    }

    /// One assignment.
    pub async fn assignment(&self, id: &str) -> Result<Assignment, ClientError> {
        self.get(Target::api(&["assignments", id])).await
    }

    /// Gives a role to a user or a group.
    pub async fn add_assignment(&self, new: &NewAssignment) -> Result<Assignment, ClientError> {
        self.post(Target::api(&["assignments"]), new).await
    }

    /// Replaces where, when and how strongly an assignment counts.
    pub async fn change_assignment(
        &self,
        id: &str,
        change: &ChangeAssignment,
    ) -> Result<Assignment, ClientError> {
        self.put(Target::api(&["assignments", id]), change).await
    }

    /// Removes an assignment.
    pub async fn remove_assignment(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["assignments", id])).await
    }
}
