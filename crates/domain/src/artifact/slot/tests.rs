use super::*;
use crate::artifact::PathSet;

fn slot(target: &str, form: ArtifactForm) -> DeploySlot {
    DeploySlot {
        name: "app".parse().unwrap(),
        target: target.to_owned(),
        form,
        pattern: Some(Pattern("*.war".to_owned())),
        file_name: None,
        max_size: 100,
        owner: Owner::default(),
        mode: 0o644,
        activate: Activation::None,
        verify: None,
    }
}

fn artifact(file_name: &str, form: ArtifactForm, paths: &[&str]) -> Artifact {
    Artifact {
        digest: ArtifactDigest([1; 32]),
        size: 5,
        file_name: file_name.to_owned(),
        form,
        paths: PathSet::of(paths.iter().copied()),
    }
}

#[test]
fn an_artifact_is_refused_with_the_reason() {
    let slot = slot("/apps/", ArtifactForm::File);
    assert_eq!(slot.check("shop.war", Some(100)), Ok(()));
    assert!(slot.check("shop.war", Some(101)).unwrap_err().too_large);
    for name in
        ["", ".", "..", "a/b.war", "a\\b.war", "a\n.war", &format!("{}.war", "a".repeat(255)), "shop.jar"]
    {
        assert!(!slot.check(name, None).unwrap_err().too_large, "{name}");
    }
    let refusal = slot.check_form(ArtifactForm::Tree).unwrap_err();
    assert_eq!(refusal.to_string(), "the slot `app` takes a file, not a tree");
}

#[test]
fn a_file_has_its_own_name_unless_the_slot_fixes_it() {
    let war = artifact("shop.war", ArtifactForm::File, &[]);
    assert_eq!(slot("/apps/", ArtifactForm::File).path_of(&war), "/apps/shop.war");
    assert_eq!(slot("/apps/ROOT.war", ArtifactForm::File).path_of(&war), "/apps/ROOT.war");
    let fixed = DeploySlot { file_name: Some("ROOT.war".to_owned()), ..slot("/apps/", ArtifactForm::File) };
    assert_eq!(fixed.path_of(&war), "/apps/ROOT.war");
    let site = artifact("site.zip", ArtifactForm::Tree, &["a"]);
    assert_eq!(slot("/srv/", ArtifactForm::Tree).path_of(&site), "/srv");
    assert_eq!(slot("/", ArtifactForm::Tree).path_of(&site), "/");
}
