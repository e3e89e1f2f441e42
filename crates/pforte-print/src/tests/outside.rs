//! The programs that read the documents.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A document as a file, and where what is made of it goes.
pub(super) struct Paper {
    folder: TempDir,
}

impl Paper {
    pub(super) fn new(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("paper.pdf"), pdf).unwrap();
        Self { folder }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join("paper.pdf")
    }

    /// Its text in the order in which it was written.
    pub(super) fn text(&self) -> String {
        run("pdftotext", &["-raw", "-enc", "UTF-8", "-nopgbrk", path(&self.file()), "-"])
    }

    /// The text of one page.
    pub(super) fn page(&self, number: u32) -> String {
        let number = number.to_string();
        run("pdftotext", &["-raw", "-enc", "UTF-8", "-f", &number, "-l", &number, path(&self.file()), "-"])
    }

    pub(super) fn pages(&self) -> u32 {
        let info = run("pdfinfo", &[path(&self.file())]);
        let line = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
        line.trim().parse().unwrap()
    }

    /// What a program says of the file, which is its last argument.
    pub(super) fn told(&self, program: &str, arguments: &[&str]) -> String {
        run(program, &[arguments, &[path(&self.file())]].concat())
    }

    /// A page as grey pixels: width, height, one byte each.
    pub(super) fn pixels(&self, page: u32) -> (usize, usize, Vec<u8>) {
        let picture = self.folder.path().join("page");
        let (page, file) = (page.to_string(), self.file());
        let options = ["-gray", "-r", "150", "-singlefile", "-f", &page, path(&file), path(&picture)];
        run("pdftoppm", &options);
        grey(&std::fs::read(picture.with_extension("pgm")).unwrap())
    }

    /// The files that were attached.
    pub(super) fn attached(&self, name: &str) -> Vec<u8> {
        let folder = self.folder.path().join("attached");
        std::fs::create_dir(&folder).unwrap();
        run("pdfdetach", &["-saveall", "-o", path(&folder), path(&self.file())]);
        std::fs::read(folder.join(name)).unwrap()
    }
}

/// A picture of the kind P5: four words, then the pixels.
fn grey(file: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut words = file.splitn(4, u8::is_ascii_whitespace);
    let mut number = || std::str::from_utf8(words.next().unwrap()).unwrap().parse::<usize>();
    assert!(number().is_err(), "the kind comes first");
    let (width, height) = (number().unwrap(), number().unwrap());
    let rest = words.next().unwrap();
    let pixels = rest.get(rest.len() - width * height..).unwrap();
    (width, height, pixels.to_vec())
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn run(program: &str, arguments: &[&str]) -> String {
    let said = Command::new(program).args(arguments).output();
    let said = said.expect("poppler-utils and qpdf are needed: `make test` installs them");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let errors = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success() && errors.is_empty(), "{program} {arguments:?}: {text}{errors}");
    text
}
