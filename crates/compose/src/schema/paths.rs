//! Every attribute of the schema as a path, for tables that must not forget one.

use super::{PROJECT, Shape};

/// `*` stands for names; items of lists are left out.
pub(crate) fn attribute_paths() -> Vec<String> {
    let mut paths = Vec::new();
    object(PROJECT.attributes, "", &mut paths);
    paths
}

fn object(attributes: &[(&str, Shape)], prefix: &str, paths: &mut Vec<String>) {
    for (name, shape) in attributes {
        let path = if prefix.is_empty() { (*name).to_owned() } else { format!("{prefix}.{name}") };
        if !paths.contains(&path) {
            paths.push(path.clone());
        }
        inside(shape, &path, paths);
    }
}

fn inside(shape: &Shape, path: &str, paths: &mut Vec<String>) {
    match shape {
        Shape::Any | Shape::Scalar(_) => {}
        Shape::List { item, .. } => inside(item, path, paths),
        Shape::Map { value, .. } => inside(value, &format!("{path}.*"), paths),
        Shape::Object(known) => object(known.attributes, path, paths),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| inside(shape, path, paths)),
    }
}
