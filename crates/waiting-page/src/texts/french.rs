//! French: a narrow space before `;`, `?` and `!`, a wide one before `:` and inside « », and neither may break.

use super::{Failures, Said, Texts};

pub(super) const TEXTS: Texts = Texts {
    queued: Said {
        title: "{} se réveille",
        body: "Le service dort quand personne ne l’utilise. Votre visite le réveille, et vous y accéderez dès qu’il sera prêt.",
    },
    starting: Said {
        title: "{} démarre",
        body: "Vous y accéderez dès que tout sera prêt. Vous n’avez rien à faire.",
    },
    waiting: Said {
        title: "{}\u{a0}: c’est presque prêt",
        body: "Le service a démarré et se prépare à accueillir sa première visite.",
    },
    failed: Said {
        title: "{} n’a pas pu démarrer",
        body: "Vous pouvez réessayer, ou prévenir la personne qui s’en occupe.",
    },
    held: Said {
        title: "{} n’est pas encore disponible",
        body: "Cette page l’ouvrira dès que ce sera possible.",
    },
    flapping: Said {
        title: "{} s’arrête sans cesse",
        body: "Le service s’arrête à peine démarré\u{a0}: cette page ne se recharge donc plus d’elle-même.",
    },
    nowhere: Said {
        title: "Il n’y a rien à cette adresse",
        body: "Vérifiez son orthographe, ou demandez à la personne qui vous l’a donnée.",
    },
    failures: Failures {
        command: "Le moteur de conteneurs n’a pas pu démarrer le service.",
        queue: "Le démarrage du service n’a pas pu être demandé.",
        ended: "Le service s’est arrêté avec le code de sortie {}.",
        memory: "Le système a mis fin au service (code de sortie 137), sans doute parce que la mémoire ne suffisait pas.",
        no_container: "Le service n’a aucun conteneur à démarrer.",
        silent: "Le service n’a pas répondu en {}.",
        unhealthy: "Le contrôle de santé du service échoue.",
    },
    hold_opening: "Ouverture à {}.",
    hold_permission: "Le service est en veille\u{a0}: une personne autorisée doit le réveiller dans Core Monitor.",
    core_monitor: "Ouvrir Core Monitor",
    hold_memory: "Le service attend de la mémoire\u{a0}: le serveur est plein pour l’instant.",
    hold_another: "Le service attend l’arrêt de {}\u{a0}: les deux ne peuvent pas fonctionner en même temps.",
    steps: ["Réveil", "Démarrage", "Préparation"],
    progress: "Progression du démarrage",
    elapsed: "depuis {}",
    usual: "d’habitude environ {}",
    late: "C’est plus long que d’habitude\u{a0}: neuf fois sur dix, il faut moins de {}.",
    no_estimate: "premier démarrage, durée encore inconnue",
    last_lines: "Ses derniers messages",
    retry: "Réessayer",
    reload: "Recharger la page",
    lost: "La connexion est perdue. Nouvelle tentative…",
    broken_theme: "Le thème «\u{a0}{}\u{a0}» ne peut pas s’afficher\u{a0}: voici le thème simple.",
    gap: '\u{202f}',
};
