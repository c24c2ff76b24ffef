use std::path::Path;

use anyhow::{Result, bail};

/// The vector files among `paths` and in folders among them, in the order of their names.
pub fn vector_files(paths: &[String]) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for path in paths {
        let path = Path::new(path);
        match (path.is_dir(), path.exists()) {
            (true, _) => collect(path, &mut files)?,
            (false, true) => files.push(path.display().to_string()),
            (false, false) => bail!("{} does not exist", path.display()),
        }
    }
    if files.is_empty() {
        bail!("no .json or .json.gz file");
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<String>) -> Result<()> {
    let mut paths = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        let text = path.display().to_string();
        if path.is_dir() {
            collect(&path, files)?;
        } else if text.ends_with(".json") || text.ends_with(".json.gz") {
            files.push(text);
        }
    }
    Ok(())
}
