//! A print on a wall: the room around it, and the place where the picture itself is laid in.

use super::Work;
use super::colour::Colour;
use super::sheet::{HEIGHT, Path, Point, Sheet, WIDTH, lerp, polar};

/// How a print hangs in its second picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hanging {
    /// In a frame of black ash.
    Black,
    /// In a frame of oiled oak.
    Oak,
    /// In a frame of white maple.
    White,
    /// Unframed, between two strips of wood.
    Strips,
}

/// A room with a place for a print, in the same units and proportions as the print.
#[derive(Clone, Debug)]
pub struct Wall {
    /// Everything but the print.
    pub svg: String,
    /// Where the print goes: left, top and width; its height follows from its proportions.
    pub window: (f64, f64, f64),
    /// How it hangs there.
    pub hanging: Hanging,
}

const SHADE: Colour = Colour(0x14110d);
const LIGHT: Colour = Colour(0xfffaf0);
const OAK: Colour = Colour(0xb98a58);

/// The wall that a work hangs on in the shop; the same work always hangs on the same wall.
pub fn wall(work: &Work) -> Wall {
    let turn = work.number * 3 + work.family as usize * 5;
    let hanging = [Hanging::Oak, Hanging::Black, Hanging::White, Hanging::Strips][turn % 4];
    let mut sheet = Sheet::new(work.seed ^ 0xa11, work.inks);
    let paints = [0xe8e2d7, 0xcfd6d3, 0xb4c1c6, 0xe4d2bd, 0x9db0a9, 0x3e515c, 0xd6bba7, 0xdcd9d2, 0x74857c, 0xc9b7a4];
    let paint = Colour(sheet.dice.pick(&paints));
    let kind = sheet.dice.below(4);
    let window = match hanging {
        Hanging::Strips => (204.0, 150.0, 392.0),
        _ => (212.0, 152.0, 376.0),
    };
    room(&mut sheet, paint, kind);
    match hanging {
        Hanging::Strips => strips(&mut sheet, window),
        _ => frame(&mut sheet, window, hanging),
    }
    Wall { svg: sheet.finish(), window, hanging }
}

/// The outline of a window grown on all sides.
fn around(window: (f64, f64, f64), grow: f64) -> Path {
    let mut path = Path::new();
    path.rect(window.0 - grow, window.1 - grow, window.2 + grow * 2.0, window.2 * 1.25 + grow * 2.0);
    path
}

/// A soft shadow below and to the right of a rectangle, painted only where it can be seen.
fn shadow(sheet: &mut Sheet, window: (f64, f64, f64), grow: f64, depth: f64) {
    for layer in 0..9 {
        let soft = (f64::from(layer) - 3.0) * depth * 0.20;
        let (left, top) = (window.0 - grow - soft + depth * 0.42, window.1 - grow - soft + depth * 0.85);
        let (wide, tall) = (window.2 + (grow + soft) * 2.0, window.2 * 1.25 + (grow + soft) * 2.0);
        let corner = depth * 0.2 * f64::from(layer) + 1.0;
        let mut path = around(window, grow - 1.0);
        path.start(left + corner, top).to(left + wide - corner, top).quad(left + wide, top, left + wide, top + corner);
        path.to(left + wide, top + tall - corner).quad(left + wide, top + tall, left + wide - corner, top + tall);
        path.to(left + corner, top + tall).quad(left, top + tall, left, top + tall - corner);
        path.to(left, top + corner).quad(left, top, left + corner, top).close();
        sheet.fill_odd(&path, SHADE.alpha(0.034));
    }
}

/// A frame with four mitred sides, and a mat with a bevelled edge.
fn frame(sheet: &mut Sheet, window: (f64, f64, f64), hanging: Hanging) {
    let (mat, wood) = (30.0, 15.0);
    let hue = match hanging {
        Hanging::Black => Colour(0x24211f),
        Hanging::White => Colour(0xf3f0ea),
        Hanging::Oak | Hanging::Strips => OAK,
    };
    let grow = mat + wood;
    shadow(sheet, window, grow, 24.0);
    let corners = |grow: f64| -> [Point; 4] {
        let (left, top, right, bottom) =
            (window.0 - grow, window.1 - grow, window.0 + window.2 + grow, window.1 + window.2 * 1.25 + grow);
        [(left, top), (right, top), (right, bottom), (left, bottom)]
    };
    let (outer, inner) = (corners(grow), corners(mat));
    for (side, tone) in [(0, 0.10), (1, -0.12), (2, -0.20), (3, 0.03)] {
        let next = (side + 1) % 4;
        let colour = if tone > 0.0 { hue.mix(LIGHT, tone) } else { hue.mix(SHADE, -tone) };
        let mut bar = Path::new();
        bar.polygon(&[outer[side], outer[next], inner[next], inner[side]]);
        sheet.fill(&bar, colour);
        if hanging == Hanging::Oak {
            let mut figure = Path::new();
            for _ in 0..5 {
                let share = sheet.dice.between(0.1, 0.9);
                let from = (lerp(outer[side].0, inner[side].0, share), lerp(outer[side].1, inner[side].1, share));
                let until = (lerp(outer[next].0, inner[next].0, share), lerp(outer[next].1, inner[next].1, share));
                figure.segment(from, until);
            }
            sheet.stroke(&figure, hue.mix(SHADE, 0.4).alpha(0.35), 0.8);
        }
        sheet.stroke(Path::new().segment(outer[side], inner[side]), SHADE.alpha(0.25), 0.7);
    }
    sheet.fill(&around(window, mat), Colour(0xfaf8f3));
    // The frame throws a little shade on the mat.
    for layer in 0..6 {
        let reach = f64::from(layer) * 1.6 + 1.0;
        let (left, top) = (window.0 - mat, window.1 - mat);
        let (wide, tall) = (window.2 + mat * 2.0, window.2 * 1.25 + mat * 2.0);
        sheet.fill(Path::new().rect(left, top, wide, reach).rect(left, top, reach * 0.7, tall), SHADE.alpha(0.03));
    }
    sheet.fill(&around(window, 3.0), Colour(0xdedad2));
    sheet.stroke(
        Path::new().segment((window.0 - 3.0, window.1 - 3.0), (window.0 + window.2 + 3.0, window.1 - 3.0)),
        SHADE.alpha(0.25),
        1.0,
    );
    sheet.fill(&around(window, 1.0), Colour(0xffffff));
}

/// Two strips of wood that hold a bare sheet, hung from a cord.
fn strips(sheet: &mut Sheet, window: (f64, f64, f64)) {
    let (left, top, wide) = (window.0 - 10.0, window.1, window.2 + 20.0);
    let foot = top + window.2 * 1.25;
    shadow(sheet, window, 0.0, 13.0);
    sheet.stroke(
        Path::new().start(left + 60.0, top - 6.0).to(WIDTH / 2.0, top - 74.0).to(left + wide - 60.0, top - 6.0),
        SHADE.alpha(0.7),
        1.8,
    );
    sheet.fill(Path::new().circle(WIDTH / 2.0, top - 74.0, 4.5), Colour(0x8c7a55));
    sheet.fill(&around(window, 0.0), Colour(0xffffff));
    for y in [top - 15.0, foot] {
        sheet.fill(Path::new().rect(left + 4.0, y + 7.0, wide, 15.0), SHADE.alpha(0.16));
        sheet.fill(Path::new().rect(left, y, wide, 15.0), OAK);
        sheet.fill(Path::new().rect(left, y, wide, 4.0), OAK.mix(LIGHT, 0.3));
        sheet.fill(Path::new().rect(left, y + 12.0, wide, 3.0), OAK.mix(SHADE, 0.3));
    }
}

/// The wall itself, and one of four things that stand before it.
fn room(sheet: &mut Sheet, paint: Colour, kind: usize) {
    sheet.fade(
        (0.0, 0.0, WIDTH, HEIGHT),
        &[(0.0, paint.mix(LIGHT, 0.26)), (0.55, paint), (1.0, paint.mix(SHADE, 0.14))],
    );
    match kind {
        0 => window_light(sheet),
        1 => sideboard(sheet, paint),
        2 => bench(sheet, paint),
        _ => lamp(sheet, paint),
    }
}

/// The floor and the skirting board above it.
fn floor(sheet: &mut Sheet, paint: Colour, level: f64) {
    sheet.fill(Path::new().rect(0.0, level - 34.0, 800.0, 34.0), paint.mix(LIGHT, 0.55));
    sheet.fill(Path::new().rect(0.0, level - 36.0, 800.0, 3.0), SHADE.alpha(0.12));
    sheet.fade((0.0, level, WIDTH, HEIGHT - level), &[(0.0, OAK.mix(SHADE, 0.32)), (1.0, OAK.mix(SHADE, 0.1))]);
    let mut gaps = Path::new();
    for index in -8..9 {
        gaps.segment((400.0 + f64::from(index) * 62.0, level), (400.0 + f64::from(index) * 96.0, 1000.0));
    }
    sheet.stroke(&gaps, SHADE.alpha(0.22), 1.4);
}

/// Sun through a window that is not in the picture.
fn window_light(sheet: &mut Sheet) {
    for column in 0..3 {
        for row in 0..3 {
            let (x, y) = (330.0 + f64::from(column) * 168.0, 30.0 + f64::from(row) * 268.0 + f64::from(column) * 58.0);
            let mut pane = Path::new();
            pane.polygon(&[(x, y), (x + 148.0, y + 51.0), (x + 52.0, y + 296.0), (x - 96.0, y + 245.0)]);
            sheet.fill(&pane, LIGHT.alpha(0.20));
        }
    }
    for (root, lean, tall) in [
        ((30.0, 1010.0), -1.35, 330.0),
        ((64.0, 1010.0), -1.15, 300.0),
        ((8.0, 1010.0), -1.62, 300.0),
        ((88.0, 1010.0), -0.92, 240.0),
    ] {
        leaf_stalk(sheet, root, lean, tall, SHADE.alpha(0.13));
    }
}

/// A stalk with pairs of leaves.
fn leaf_stalk(sheet: &mut Sheet, root: Point, lean: f64, tall: f64, paint: impl Into<super::colour::Paint>) {
    let paint = paint.into();
    let tip = polar(root, tall, lean);
    let mut leaves = Path::new();
    for step in 2..9 {
        let share = f64::from(step) / 8.0;
        let at = (lerp(root.0, tip.0, share), lerp(root.1, tip.1, share));
        for side in [-1.0, 1.0] {
            let reach = tall * 0.30 * (1.15 - share);
            let end = polar(at, reach + 22.0, lean + side * 0.75);
            let (one, two) = (polar(at, reach * 0.6, lean + side * 0.35), polar(at, reach * 0.6, lean + side * 1.15));
            leaves.start(at.0, at.1).quad(one.0, one.1, end.0, end.1).quad(two.0, two.1, at.0, at.1).close();
        }
    }
    leaves.start(root.0 - 2.0, root.1).to(tip.0, tip.1).to(root.0 + 2.0, root.1).close();
    sheet.fill(&leaves, paint);
}

/// A low sideboard with a vase and a few books.
fn sideboard(sheet: &mut Sheet, paint: Colour) {
    floor(sheet, paint, 962.0);
    let inks = sheet.inks;
    let top = 842.0;
    sheet.fill(Path::new().rect(96.0, top + 16.0, 624.0, 110.0), SHADE.alpha(0.10));
    sheet.fill(
        Path::new().rect(104.0, top + 104.0, 12.0, 50.0).rect(684.0, top + 104.0, 12.0, 50.0),
        OAK.mix(SHADE, 0.5),
    );
    sheet.fill(Path::new().rect(84.0, top, 632.0, 108.0), OAK);
    let fall = sheet.gradient((0.0, top), (0.0, top + 108.0), &[(0.0, SHADE, 0.0), (1.0, SHADE, 0.22)]);
    sheet.fill(Path::new().rect(84.0, top, 632.0, 108.0), fall);
    sheet.fill(Path::new().rect(76.0, top - 8.0, 648.0, 12.0), OAK.mix(LIGHT, 0.22));
    let mut doors = Path::new();
    for door in 1..3 {
        doors.segment((84.0 + f64::from(door) * 210.6, top + 8.0), (84.0 + f64::from(door) * 210.6, top + 104.0));
    }
    sheet.stroke(&doors, SHADE.alpha(0.45), 2.0);
    sheet.stroke(
        Path::new().dot(280.0, top + 50.0).dot(310.0, top + 50.0).dot(520.0, top + 50.0),
        SHADE.alpha(0.6),
        8.0,
    );
    for (lean, tall) in [(-1.95, 104.0), (-1.50, 128.0), (-1.10, 100.0)] {
        leaf_stalk(sheet, (640.0, top - 84.0), lean, tall, Colour(0x58705c).mix(paint, 0.15));
    }
    let mut vase = Path::new();
    vase.start(626.0, top - 96.0).to(654.0, top - 96.0).quad(652.0, top - 78.0, 670.0, top - 52.0).quad(
        680.0,
        top - 20.0,
        660.0,
        top - 8.0,
    );
    vase.to(620.0, top - 8.0)
        .quad(600.0, top - 20.0, 610.0, top - 52.0)
        .quad(628.0, top - 78.0, 626.0, top - 96.0)
        .close();
    sheet.fill(&vase, inks.accent.mix(Colour(0xf2ece0), 0.25));
    let round =
        sheet.gradient((604.0, 0.0), (676.0, 0.0), &[(0.0, LIGHT, 0.25), (0.5, LIGHT, 0.0), (1.0, SHADE, 0.30)]);
    sheet.fill(&vase, round);
    for (index, (left, wide, hue)) in
        [(122.0, 118.0, inks.mid), (130.0, 106.0, Colour(0xefe6d6)), (120.0, 98.0, inks.accent)].into_iter().enumerate()
    {
        let y = top - 8.0 - (index as f64 + 1.0) * 15.0;
        sheet.fill(Path::new().rect(left, y, wide, 15.0), hue);
        sheet.fill(Path::new().rect(left + wide - 7.0, y + 2.0, 7.0, 11.0), LIGHT.alpha(0.8));
        sheet.fill(Path::new().rect(left, y + 13.0, wide, 2.0), SHADE.alpha(0.18));
    }
}

/// A plain bench with a folded blanket.
fn bench(sheet: &mut Sheet, paint: Colour) {
    floor(sheet, paint, 930.0);
    let inks = sheet.inks;
    sheet.fill(Path::new().ellipse(420.0, 986.0, 300.0, 9.0), SHADE.alpha(0.22));
    let mut legs = Path::new();
    for (x, lean) in [(196.0, -10.0), (604.0, 10.0)] {
        legs.polygon(&[(x - 9.0, 850.0), (x + 9.0, 850.0), (x + 7.0 + lean, 986.0), (x - 7.0 + lean, 986.0)]);
    }
    sheet.fill(&legs, Colour(0x2b2623));
    sheet.fill(Path::new().rect(140.0, 834.0, 520.0, 20.0), Colour(0x3a332d));
    sheet.fill(Path::new().rect(140.0, 834.0, 520.0, 5.0), Colour(0x5d534a));
    let (cloth, stripe) = (inks.soft.mix(LIGHT, 0.3), inks.accent);
    let mut blanket = Path::new();
    blanket
        .start(470.0, 834.0)
        .quad(470.0, 806.0, 484.0, 806.0)
        .to(606.0, 806.0)
        .quad(620.0, 806.0, 620.0, 834.0)
        .to(620.0, 904.0)
        .to(470.0, 910.0)
        .close();
    sheet.fill(&blanket, cloth);
    sheet.clipped(&blanket, |sheet| {
        sheet.fill(Path::new().rect(460.0, 872.0, 170.0, 7.0).rect(460.0, 886.0, 170.0, 3.0), stripe);
        sheet.fill(Path::new().rect(460.0, 832.0, 170.0, 4.0), SHADE.alpha(0.14));
        sheet.fill(Path::new().rect(598.0, 800.0, 30.0, 120.0), SHADE.alpha(0.10));
    });
    let mut fringe = Path::new();
    for tassel in 0..26 {
        let x = 472.0 + f64::from(tassel) * 5.8;
        fringe.segment((x, 908.0), (x - 1.0, 920.0));
    }
    sheet.stroke(&fringe, cloth.mix(SHADE, 0.12), 1.8);
    sheet.fill(Path::new().rect(196.0, 820.0, 96.0, 14.0), inks.mid);
    sheet.fill(Path::new().rect(204.0, 808.0, 84.0, 12.0), Colour(0xf0e8da));
}

/// A lamp on a small table, lit.
fn lamp(sheet: &mut Sheet, paint: Colour) {
    let inks = sheet.inks;
    let glow = sheet.glow(
        (132.0, 750.0),
        460.0,
        &[(0.0, Colour(0xffdf9e), 0.55), (0.45, Colour(0xffdf9e), 0.16), (1.0, Colour(0xffdf9e), 0.0)],
    );
    sheet.fill(Path::new().rect(0.0, 290.0, 592.0, 710.0), glow);
    floor(sheet, paint, 966.0);
    sheet.fill(Path::new().rect(26.0, 876.0, 216.0, 14.0), OAK.mix(SHADE, 0.25));
    sheet.fill(Path::new().rect(26.0, 876.0, 216.0, 4.0), OAK.mix(LIGHT, 0.25));
    sheet.fill(Path::new().rect(122.0, 890.0, 20.0, 90.0), OAK.mix(SHADE, 0.45));
    let mut base = Path::new();
    base.start(104.0, 876.0)
        .quad(98.0, 836.0, 126.0, 824.0)
        .to(126.0, 802.0)
        .to(138.0, 802.0)
        .to(138.0, 824.0)
        .quad(166.0, 836.0, 160.0, 876.0)
        .close();
    sheet.fill(&base, inks.mid);
    let round = sheet.gradient((102.0, 0.0), (162.0, 0.0), &[(0.0, LIGHT, 0.3), (0.5, LIGHT, 0.0), (1.0, SHADE, 0.35)]);
    sheet.fill(&base, round);
    let shade = sheet.gradient(
        (0.0, 716.0),
        (0.0, 806.0),
        &[(0.0, Colour(0xf6e3b8), 1.0), (0.6, Colour(0xffe9b4), 1.0), (1.0, Colour(0xfff6dc), 1.0)],
    );
    sheet.fill(Path::new().polygon(&[(98.0, 716.0), (166.0, 716.0), (196.0, 806.0), (68.0, 806.0)]), shade);
    sheet.stroke(Path::new().segment((98.0, 717.0), (166.0, 717.0)).segment((69.0, 805.0), (195.0, 805.0)), OAK, 2.4);
    let mut cup = Path::new();
    cup.start(196.0, 852.0)
        .to(226.0, 852.0)
        .quad(226.0, 876.0, 216.0, 876.0)
        .to(206.0, 876.0)
        .quad(196.0, 876.0, 196.0, 852.0)
        .close();
    sheet.fill(&cup, inks.accent);
}
