//! What stands on a page, and how PDF is told.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Paint, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

use crate::fonts::Han;
use crate::geometry::Ink;
use crate::text::{Glyph, Typesetter};

/// How a line of text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// In points.
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) ink: Ink,
}

/// A line that was broken already, and whose shapes its shared characters have.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) text: String,
    pub(crate) han: Han,
}

/// One thing on a page; places and measures in points.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// A line of text that fits, from where its letters stand.
    Text { x: f32, y: f32, style: Style, text: Set },
    /// Filled boxes: left, top, width, height.
    Boxes { boxes: Vec<[f32; 4]>, ink: Ink },
}

impl Piece {
    pub(crate) fn rule(x: f32, y: f32, width: f32, ink: Ink) -> Self {
        Self::Boxes { boxes: vec![[x, y, width, 0.6]], ink }
    }

    pub(crate) fn draw(&self, set: &mut Typesetter<'_>, surface: &mut Surface<'_>) {
        match self {
            Self::Text { x, y, style, text } => {
                let glyphs = set.set(&text.text, style.bold, text.han);
                draw_text(set, surface, (*x, *y), *style, &glyphs);
            }
            Self::Boxes { boxes, ink } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*ink)));
                if let Some(path) = path(boxes) {
                    surface.draw_path(&path);
                }
            }
        }
    }
}

/// Draws a line; neighbours of one font go together.
fn draw_text(
    set: &Typesetter<'_>,
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    style: Style,
    line: &[Glyph],
) {
    let mut x = x;
    for run in line.chunk_by(|one, next| one.face == next.face) {
        let Some(face) = run.first().and_then(|glyph| set.face(glyph.face)) else {
            continue;
        };
        surface.set_fill(Some(fill(style.ink)));
        surface.set_stroke(face.thickened.then(|| stroke(style)));
        let text: String = run.iter().map(|glyph| glyph.character).collect();
        surface.draw_glyphs(Point::from_xy(x, y), &told(run), face.font.clone(), &text, style.size, false);
        x += run.iter().map(|glyph| glyph.advance).sum::<f32>() * style.size;
    }
}

/// Each glyph with the part of the text that it stands for, so that it can be read back.
fn told(run: &[Glyph]) -> Vec<KrillaGlyph> {
    let mut begins = 0;
    let one = |glyph: &Glyph| {
        let range = begins..begins + glyph.character.len_utf8();
        begins = range.end;
        KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, glyph.offset, 0.0, 0.0, range, None)
    };
    run.iter().map(one).collect()
}

fn paint([red, green, blue]: Ink) -> Paint {
    rgb::Color::new(red, green, blue).into()
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: paint(ink), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(style: Style) -> Stroke {
    Stroke { paint: paint(style.ink), width: style.size * 0.035, ..Stroke::default() }
}

fn path(boxes: &[[f32; 4]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in boxes {
        path.push_rect(Rect::from_xywh(*x, *y, *width, *height)?);
    }
    path.finish()
}
