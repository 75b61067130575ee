//! Use cases of users and of the own account.

use core_monitor_domain::user::{Password, UserGrants};

use super::*;

impl Closed {
    pub(super) async fn of_users(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let (name, grants) = ("eve".parse().unwrap(), UserGrants::administrator());
        let password = Password::given("correct horse".to_owned()).unwrap();
        let code = "123456".parse().unwrap();
        vec![
            self.refused(server.list_users(actor, None, 1).await),
            self.refused(server.invite_user(actor, "eve".parse().unwrap(), grants.clone()).await.map(|_| ())),
            self.refused(server.renew_invitation(actor, &name).await.map(|_| ())),
            self.refused(server.set_user_grants(actor, &name, grants).await),
            self.refused(server.remove_user(actor, &name).await),
            self.refused(server.show_account(actor).await),
            self.refused(server.change_password(actor, None, &password, "new".to_owned()).await),
            self.refused(server.draft_totp(actor, None).await.map(|_| ())),
            self.refused(server.set_up_totp(actor, None, "secret", &code, &password).await),
            self.refused(server.remove_totp(actor, None, &password).await),
            self.refused(server.has_users(actor).await),
        ]
    }

    /// What nobody is asked for who is already there: the server does it for whoever has the secret.
    pub(super) async fn of_newcomers(&self) -> Vec<Action> {
        let (server, visitor) = (&self.server, Visitor::default());
        let set_up = server.set_up("token", "eve".parse().unwrap(), "password".to_owned(), visitor.clone());
        assert!(set_up.await.is_err());
        assert!(server.begin_provider_sign_in(&visitor).await.is_err());
        assert!(server.accept_invitation("secret", "password".to_owned(), visitor).await.is_err());
        self.asked.lock().unwrap().drain(..).map(|(action, _)| action).collect()
    }
}
