//! Ships: regattas, liners, working boats and the lines they are built from.

use std::f64::consts::PI;

use super::Plate;
use super::colour::{
    BLUEPRINT, Colour, DAWN, FOG, INDIGO, LAGOON, NIGHT, OCHRE, SKAGERRAK, TEAL, VERMILION,
};
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, gulls, plate, ripples, seal, sky, starfield, swell};
use super::sheet::{Path, Point, Sheet, lerp, smooth};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (regatta, &TEAL, 11),
    (tall_ship, &INDIGO, 12),
    (liner, &VERMILION, 13),
    (lines_plan, &BLUEPRINT, 14),
    (freighter, &OCHRE, 15),
    (wakes, &LAGOON, 16),
    (lateen, &DAWN, 17),
    (junks, &FOG, 18),
    (night_ferry, &NIGHT, 19),
    (lone_sail, &SKAGERRAK, 20),
];

/// A fleet of sails that overlap like cut paper.
fn regatta(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft.mix(inks.paper, 0.5)), (0.7, inks.paper.mix(inks.second, 0.25))]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(560.0, 250.0, 92.0), inks.second);
        let horizon = 600.0;
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), inks.mid);
        sheet.fill(&below(&swell(690.0, 5.0, 300.0, 0.4)), inks.mid.mix(inks.deep, 0.5));
        sheet.fill(&below(&swell(790.0, 8.0, 380.0, 1.9)), inks.deep);
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.35), 0.72);
        let hues = [inks.paper, inks.accent, inks.second, inks.soft, inks.paper, inks.mid.mix(inks.paper, 0.25)];
        let boats = 15;
        for index in 0..boats {
            let depth = f64::from(index) / f64::from(boats - 1);
            let scale = lerp(0.16, 1.0, depth.powf(1.6));
            let slot = (f64::from(index) * 0.618 + 0.13).fract();
            let x = lerp(130.0, 610.0, slot) + lerp(0.0, -40.0, depth);
            let y = lerp(horizon + 2.0, 850.0, depth.powf(1.4));
            let (main, jib) = (sheet.dice.pick(&hues), sheet.dice.pick(&hues));
            let heel = sheet.dice.between(0.02, 0.13);
            let boat = sheet.part(|sheet| sloop(sheet, main, jib));
            let degrees = heel.to_degrees();
            sheet.put(
                &boat,
                &format!("opacity=\"0.28\" transform=\"translate({x:.1} {y:.1}) scale({scale:.3} {:.3}) skewX({:.2})\"", -scale * 0.5, -degrees),
            );
            sheet.put(&boat, &format!("transform=\"translate({x:.1} {y:.1}) rotate({degrees:.2}) scale({scale:.3})\""));
            let mut foam = Path::new();
            foam.start(x - 120.0 * scale, y + 8.0 * scale).quad(x, y + 26.0 * scale, x + 150.0 * scale, y + 6.0 * scale);
            sheet.stroke(&foam, inks.paper.alpha(0.8), 4.0 * scale);
        }
        gulls(sheet, (250.0, 200.0), 90.0, 5, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One sloop, 430 units tall, its waterline at the origin.
fn sloop(sheet: &mut Sheet, main: Colour, jib: Colour) {
    let inks = sheet.inks;
    let mut hull = Path::new();
    hull.start(-112.0, -26.0).to(148.0, -30.0).quad(110.0, 6.0, 60.0, 8.0).to(-60.0, 8.0).quad(-104.0, 4.0, -112.0, -26.0).close();
    sheet.fill(&hull, inks.ink);
    sheet.stroke(Path::new().start(-110.0, -19.0).to(138.0, -22.0), inks.paper, 3.0);
    sheet.fill(
        Path::new().start(4.0, -430.0).quad(-40.0, -230.0, -118.0, -52.0).quad(-50.0, -40.0, 4.0, -46.0).close(),
        main.alpha(0.94),
    );
    sheet.fill(
        Path::new().start(14.0, -400.0).quad(62.0, -200.0, 142.0, -40.0).quad(80.0, -66.0, 14.0, -60.0).close(),
        jib.alpha(0.9),
    );
    let mut seams = Path::new();
    for share in [0.3, 0.5, 0.7, 0.87] {
        let y = lerp(-430.0, -48.0, share);
        seams.start(4.0, y).quad(-40.0 * share, y + 10.0, -118.0 * share.powf(1.25), y + 6.0);
    }
    sheet.stroke(&seams, inks.ink.alpha(0.25), 1.6);
    sheet.stroke(Path::new().segment((8.0, -440.0), (8.0, -28.0)), inks.ink, 4.5);
    sheet.fill(Path::new().polygon(&[(8.0, -440.0), (-26.0, -431.0), (8.0, -422.0)]), inks.accent);
}

/// A full-rigged ship before the disc of the sun.
fn tall_ship(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft), (0.55, inks.paper), (1.0, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        let mut bands = Path::new();
        for index in 0..46 {
            let y = TOP + 10.0 + f64::from(index) * 13.0;
            bands.segment((LEFT, y), (RIGHT, y));
        }
        sheet.stroke(&bands, inks.paper.alpha(0.55), lerp(1.0, 4.0, 0.4));
        sheet.fill(Path::new().circle(400.0, 420.0, 250.0), inks.accent);
        sheet.fill(Path::new().circle(400.0, 420.0, 222.0), inks.accent.mix(inks.second, 0.25));
        let water = 740.0;
        let mut rig = Path::new();
        let masts: [(f64, f64, f64); 3] = [(520.0, 230.0, 0.94), (398.0, 175.0, 1.1), (276.0, 265.0, 0.86)];
        for (mast, top, _) in masts {
            rig.segment((mast, top), (mast, 690.0));
        }
        rig.segment((600.0, 664.0), (702.0, 606.0));
        for pair in [((702.0, 606.0), (520.0, 232.0)), ((670.0, 624.0), (520.0, 330.0)), ((520.0, 300.0), (398.0, 180.0)),
            ((520.0, 650.0), (398.0, 330.0)), ((398.0, 230.0), (276.0, 268.0)), ((398.0, 400.0), (276.0, 660.0)), ((276.0, 300.0), (184.0, 655.0))] {
            rig.segment(pair.0, pair.1);
        }
        sheet.stroke(&rig, inks.ink, 2.0);
        for (head, tack, clew) in [((690.0, 606.0), (528.0, 276.0), (560.0, 618.0)), ((640.0, 636.0), (528.0, 380.0), (540.0, 632.0))] {
            let mut jib = Path::new();
            jib.start(head.0, head.1).to(tack.0, tack.1).quad(tack.0 + 20.0, 520.0, clew.0, clew.1).quad(610.0, 600.0, head.0, head.1).close();
            sheet.fill(&jib, inks.paper);
            sheet.stroke(&jib, inks.ink, 1.3);
        }
        for (mast, top, size) in masts {
            square_sails(sheet, mast, top + 26.0, 650.0, 74.0 * size);
        }
        let mut spanker = Path::new();
        spanker.start(270.0, 470.0).to(196.0, 440.0).quad(186.0, 560.0, 152.0, 634.0).to(270.0, 640.0).close();
        sheet.fill(&spanker, inks.soft.mix(inks.paper, 0.4));
        sheet.stroke(&spanker, inks.ink, 1.3);
        for (mast, top, _) in masts {
            let mut flag = Path::new();
            flag.start(mast, top - 2.0).cubic((mast + 18.0, top - 16.0), (mast + 30.0, top + 10.0), (mast + 56.0, top - 4.0));
            flag.cubic((mast + 34.0, top + 14.0), (mast + 18.0, top + 4.0), (mast, top + 12.0)).close();
            sheet.fill(&flag, inks.second);
        }
        let mut hull = Path::new();
        hull.start(150.0, 646.0).quad(160.0, 676.0, 200.0, 676.0).to(560.0, 682.0).quad(600.0, 680.0, 640.0, 648.0);
        hull.quad(620.0, 716.0, 574.0, water + 20.0).to(196.0, water + 20.0).quad(150.0, 706.0, 150.0, 646.0).close();
        sheet.fill(&hull, inks.ink);
        let mut strake = Path::new();
        strake.start(154.0, 694.0).quad(170.0, 704.0, 210.0, 704.0).to(560.0, 708.0).quad(596.0, 706.0, 618.0, 690.0);
        sheet.stroke(&strake, inks.paper, 9.0);
        let mut ports = Path::new();
        for index in 0..13 {
            ports.rect(206.0 + f64::from(index) * 28.0, 701.0, 7.0, 8.0);
        }
        sheet.fill(&ports, inks.ink);
        let tones = [inks.mid, inks.mid.mix(inks.deep, 0.35), inks.mid.mix(inks.deep, 0.7), inks.deep, inks.ink];
        for (index, tone) in tones.iter().enumerate() {
            let level = water + index as f64 * 42.0;
            let line = swell(level, 7.0 + index as f64 * 2.5, 170.0 + index as f64 * 60.0, index as f64 * 1.7);
            sheet.fill(&below(&line), *tone);
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.75), 2.2);
            let inner: Vec<Point> = line.iter().map(|point| (point.0 + 10.0, point.1 + 11.0)).collect();
            sheet.stroke(Path::new().curve(&inner), inks.paper.alpha(0.3), 1.3);
        }
        gulls(sheet, (180.0, 250.0), 60.0, 4, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Five square sails on a mast, the lowest the widest.
fn square_sails(sheet: &mut Sheet, mast: f64, top: f64, foot: f64, half: f64) {
    let inks = sheet.inks;
    let heights = [0.11, 0.16, 0.20, 0.26, 0.27];
    let mut y = top;
    for (index, share) in heights.iter().enumerate() {
        let height = (foot - top) * share;
        let (upper, lower) = (half * lerp(0.36, 0.92, index as f64 / 5.0), half * lerp(0.46, 1.04, index as f64 / 5.0));
        let (left, right) = (mast - 6.0, mast + 12.0);
        let mut sail = Path::new();
        sail.start(left - upper, y).to(right + upper, y - 3.0);
        sail.quad(right + upper + 16.0, y + height * 0.5, right + lower, y + height * 0.9);
        sail.quad(mast + 8.0, y + height * 0.68, left - lower, y + height * 0.92);
        sail.quad(left - upper + 4.0, y + height * 0.5, left - upper, y).close();
        let paint = sheet.gradient(
            (mast - half, 0.0),
            (mast + half + 14.0, 0.0),
            &[(0.0, inks.soft.mix(inks.deep, 0.12), 1.0), (0.35, inks.paper, 1.0), (1.0, inks.paper.mix(inks.soft, 0.4), 1.0)],
        );
        sheet.fill(&sail, paint);
        sheet.stroke(&sail, inks.ink, 1.4);
        let mut seams = Path::new();
        for seam in [-0.6, -0.2, 0.2, 0.6] {
            seams.start(mast + 3.0 + upper * seam, y + 2.0).quad(mast + 8.0 + lower * seam * 1.12, y + height * 0.45, mast + 3.0 + lower * seam, y + height * 0.76);
        }
        sheet.stroke(&seams, inks.ink.alpha(0.22), 1.0);
        sheet.stroke(Path::new().segment((left - upper - 9.0, y - 1.0), (right + upper + 9.0, y - 4.0)), inks.ink, 3.2);
        y += height;
    }
}

/// An ocean liner, seen from the water under her bow.
fn liner(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.accent.mix(inks.paper, 0.25)), (0.45, inks.soft), (0.85, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        let (stem, water) = (400.0, 846.0);
        sheet.fill(Path::new().circle(stem, 330.0, 300.0), inks.paper.alpha(0.35));
        sheet.fill(Path::new().circle(stem, 330.0, 225.0), inks.second.alpha(0.8));
        for (width, top, height, tone) in [
            (250.0, 348.0, 60.0, inks.paper), (206.0, 300.0, 50.0, inks.soft.mix(inks.paper, 0.5)), (160.0, 258.0, 44.0, inks.paper),
        ] {
            sheet.fill(Path::new().rect(stem - width / 2.0, top, width, height), tone);
            sheet.fill(Path::new().rect(stem, top, width / 2.0, height), inks.ink.alpha(0.12));
            let mut windows = Path::new();
            let count = (width / 17.0) as usize;
            for index in 0..count {
                windows.rect(stem - width / 2.0 + 8.0 + index as f64 * (width - 9.0) / count as f64, top + 14.0, 8.0, 9.0);
            }
            sheet.fill(&windows, inks.ink.alpha(0.85));
        }
        let mut funnel = Path::new();
        funnel.start(stem - 62.0, 262.0).to(stem - 54.0, 132.0).quad(stem, 116.0, stem + 54.0, 132.0).to(stem + 62.0, 262.0).close();
        sheet.fill(&funnel, inks.mid.mix(inks.deep, 0.3));
        sheet.clipped(&funnel, |sheet| {
            sheet.fill(Path::new().rect(stem - 80.0, 110.0, 160.0, 52.0), inks.ink);
            sheet.fill(Path::new().rect(stem, 110.0, 80.0, 160.0), inks.ink.alpha(0.28));
            sheet.fill(Path::new().rect(stem - 80.0, 168.0, 160.0, 9.0), inks.paper);
        });
        let mut rig = Path::new();
        rig.segment((stem, 470.0), (stem, 100.0)).segment((stem - 40.0, 236.0), (stem + 40.0, 236.0));
        rig.segment((stem, 120.0), (stem - 190.0, 420.0)).segment((stem, 120.0), (stem + 190.0, 420.0));
        sheet.stroke(&rig, inks.ink, 2.2);
        let side = |turn: f64| {
            let mut path = Path::new();
            path.start(stem, 432.0).quad(stem + turn * 120.0, 372.0, stem + turn * 226.0, 404.0);
            path.cubic((stem + turn * 236.0, 560.0), (stem + turn * 150.0, 720.0), (stem + turn * 96.0, water + 10.0));
            path.to(stem, water + 10.0).close();
            path
        };
        let ramp = [(0.0, inks.ink.mix(inks.accent, 0.35), 1.0), (1.0, inks.ink, 1.0)];
        let lit = sheet.gradient((stem - 230.0, 0.0), (stem, 0.0), &ramp);
        sheet.fill(&side(-1.0), lit);
        sheet.fill(&side(1.0), inks.ink.mix(Colour(0), 0.35));
        let mut whole = side(-1.0);
        whole.join(&side(1.0));
        sheet.clipped(&whole, |sheet| {
            let mut boot = Path::new();
            boot.polygon(&[(stem - 200.0, water - 24.0), (stem, water - 74.0), (stem + 200.0, water - 24.0), (stem + 200.0, BOTTOM), (stem - 200.0, BOTTOM)]);
            sheet.fill(&boot, inks.mid);
            sheet.fill(Path::new().polygon(&[(stem, water - 74.0), (stem + 200.0, water - 24.0), (stem + 200.0, BOTTOM), (stem, BOTTOM)]), inks.deep);
            let mut line = Path::new();
            line.start(stem - 236.0, 428.0).quad(stem - 120.0, 396.0, stem, 456.0).quad(stem + 120.0, 396.0, stem + 236.0, 428.0);
            sheet.stroke(&line, inks.paper, 7.0);
            let mut plates = Path::new();
            for index in 0..7 {
                let drop = f64::from(index) * 48.0 + 60.0;
                plates.start(stem - 240.0, 420.0 + drop * 0.86).quad(stem - 120.0, 398.0 + drop, stem, 448.0 + drop);
            }
            sheet.stroke(&plates, inks.paper.alpha(0.10), 1.4);
        });
        sheet.stroke(Path::new().segment((stem, 436.0), (stem, water)), inks.soft.alpha(0.75), 3.0);
        for turn in [-1.0, 1.0] {
            sheet.fill(Path::new().ellipse(stem + turn * 84.0, 520.0, 7.0, 10.0), inks.second);
            sheet.stroke(Path::new().segment((stem + turn * 84.0, 528.0), (stem + turn * 78.0, 566.0)), inks.second, 4.0);
            sheet.stroke(Path::new().start(stem + turn * 64.0, 556.0).quad(stem + turn * 76.0, 578.0, stem + turn * 92.0, 560.0), inks.second, 4.0);
        }
        sheet.fill(Path::new().rect(LEFT, water, PLATE.2, 120.0), inks.deep.mix(inks.ink, 0.4));
        ripples(sheet, water, BOTTOM, inks.soft.alpha(0.5), 0.5);
        for turn in [-1.0, 1.0] {
            let mut crest = Path::new();
            crest.start(stem, water - 54.0).cubic((stem + turn * 40.0, water - 20.0), (stem + turn * 120.0, water - 36.0), (stem + turn * 250.0, water + 26.0));
            crest.cubic((stem + turn * 170.0, water + 12.0), (stem + turn * 90.0, water + 50.0), (stem, water + 32.0)).close();
            sheet.fill(&crest, inks.paper);
            let mut curl = Path::new();
            for reach in [70.0, 130.0, 190.0] {
                curl.start(stem + turn * reach * 0.3, water + 2.0).quad(stem + turn * reach * 0.7, water - 8.0, stem + turn * reach, water + 14.0);
            }
            sheet.stroke(&curl, inks.mid.alpha(0.8), 2.0);
        }
        gulls(sheet, (190.0, 620.0), 60.0, 5, inks.paper);
        gulls(sheet, (664.0, 650.0), 34.0, 3, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Half of a hull's breadth, as a share, at a station from stern to bow and a height above the keel.
fn breadth(station: f64, height: f64) -> f64 {
    let deck = if station > 0.5 {
        1.0 - ((station - 0.5) * 2.0).powf(2.5)
    } else {
        1.0 - 0.44 * ((0.5 - station) * 2.0).powf(2.4)
    };
    let sharpness = 0.26 + 1.25 * ((station - 0.48).abs() * 2.0).powf(1.7);
    deck * height.powf(sharpness)
}

/// A shipwright's drawing: profile, half-breadth plan and sections.
fn lines_plan(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let line = inks.ink;
    sheet.fill(&plate(), inks.deep.alpha(0.35));
    let mut grid = Path::new();
    for index in 0..=28 {
        grid.segment((LEFT + f64::from(index) * 24.0, TOP), (LEFT + f64::from(index) * 24.0, BOTTOM));
    }
    for index in 0..=36 {
        grid.segment((LEFT, TOP + f64::from(index) * 24.0 + 4.0), (RIGHT, TOP + f64::from(index) * 24.0 + 4.0));
    }
    sheet.stroke(&grid, inks.mid.alpha(0.5), 0.6);
    sheet.stroke(&plate(), line, 1.6);
    sheet.stroke(Path::new().rect(LEFT + 8.0, TOP + 8.0, PLATE.2 - 16.0, PLATE.3 - 16.0), line, 0.7);
    let along = |station: f64| lerp(116.0, 668.0, station);
    // Sections: the forward half to the right, the after half to the left.
    let (centre, keel, half, depth) = (400.0, 420.0, 228.0, 250.0);
    let (mut forward, mut after) = (Path::new(), Path::new());
    for index in 1..20 {
        let station = f64::from(index) / 20.0;
        let turn = if station > 0.5 { 1.0 } else { -1.0 };
        let points: Vec<Point> = (0..=30)
            .map(|step| {
                let height = f64::from(step) / 30.0;
                let sheer = 1.0 + 0.28 * (station - 0.45).powi(2) * 4.0 * height;
                (centre + turn * half * breadth(station, height), keel - depth * height * sheer)
            })
            .collect();
        let path = if turn > 0.0 { &mut forward } else { &mut after };
        path.curve(&points);
    }
    sheet.stroke(&forward, line, 1.5);
    sheet.stroke(&after, inks.second, 1.5);
    let mut levels = Path::new();
    for index in 0..=6 {
        let y = keel - depth * f64::from(index) / 6.0;
        levels.segment((centre - half - 24.0, y), (centre + half + 24.0, y));
    }
    levels.segment((centre, keel + 16.0), (centre, keel - depth - 80.0));
    sheet.dash(&levels, inks.soft.alpha(0.8), 0.8, "7 4");
    // Profile.
    let base = 640.0;
    let rise = |station: f64, height: f64| base - height * 112.0 * (1.0 + 0.9 * (station - 0.45).powi(2));
    let edge = |height: f64| (lerp(0.10, -0.03, height.powf(0.7)), lerp(0.90, 1.045, height.powf(1.4)));
    let mut profile = Path::new();
    for index in 0..=8 {
        let height = f64::from(index) / 8.0;
        let (aft, fore) = edge(height);
        let points: Vec<Point> = (0..=24)
            .map(|step| {
                let station = lerp(aft, fore, f64::from(step) / 24.0);
                (along(station), rise(station, height))
            })
            .collect();
        profile.curve(&points);
    }
    sheet.stroke(&profile, inks.soft.alpha(0.85), 0.9);
    let mut outline = Path::new();
    let mut points: Vec<Point> = (0..=20).map(|step| f64::from(step) / 20.0).map(|height| (along(edge(height).0), rise(edge(height).0, height))).collect();
    points.extend((0..=24).map(|step| lerp(edge(1.0).0, edge(1.0).1, f64::from(step) / 24.0)).map(|station| (along(station), rise(station, 1.0))));
    points.extend((0..=20).rev().map(|step| f64::from(step) / 20.0).map(|height| (along(edge(height).1), rise(edge(height).1, height))));
    outline.line(&points).close();
    sheet.stroke(&outline, line, 1.8);
    let mut masts = Path::new();
    for (station, tall, rake) in [(0.30, 62.0, 5.0), (0.58, 74.0, 4.0), (0.84, 54.0, 2.0)] {
        masts.segment((along(station), rise(station, 1.0)), (along(station) - rake, rise(station, 1.0) - tall));
    }
    masts.segment((along(1.03), rise(1.0, 1.0)), (along(1.03) + 34.0, rise(1.0, 1.0) - 18.0));
    sheet.stroke(&masts, line, 2.4);
    // Half-breadth plan.
    let middle = 858.0;
    let mut plan = Path::new();
    for index in 1..=8 {
        let height = f64::from(index) / 8.0;
        let points: Vec<Point> = (0..=60)
            .map(|step| f64::from(step) / 60.0)
            .map(|station| (along(station), middle - 128.0 * breadth(station, height)))
            .collect();
        plan.curve(&points);
    }
    sheet.stroke(&plan, inks.second, 1.2);
    let mut frames = Path::new();
    for index in 0..=20 {
        let x = along(f64::from(index) / 20.0);
        frames.segment((x, base + 8.0), (x, base - 122.0)).segment((x, middle), (x, middle - 132.0));
    }
    frames.segment((100.0, middle), (712.0, middle)).segment((100.0, base), (712.0, base));
    sheet.stroke(&frames, inks.soft.alpha(0.65), 0.8);
    let mut marks = Path::new();
    for index in 0..=20 {
        marks.circle(along(f64::from(index) / 20.0), middle + 14.0, if index % 5 == 0 { 3.6 } else { 1.6 });
    }
    sheet.fill(&marks, inks.accent);
    let mut scale = Path::new();
    for index in 0..6 {
        scale.rect(120.0 + f64::from(index) * 48.0, 892.0, 24.0, 6.0);
    }
    sheet.fill(&scale, line);
    sheet.stroke(Path::new().rect(120.0, 892.0, 288.0, 6.0), line, 0.9);
    sheet.stroke(Path::new().circle(656.0, 138.0, 34.0).circle(656.0, 138.0, 28.0), line, 1.0);
    sheet.fill(Path::new().star((656.0, 138.0), 26.0, 6.0, 8), inks.accent);
}

/// A container ship, stacked like a quilt.
fn freighter(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.second.mix(inks.paper, 0.86)), (0.8, inks.soft.mix(inks.paper, 0.2))]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(236.0, 240.0, 70.0), inks.second);
        let (deck, water) = (690.0, 822.0);
        let hues = [inks.second, inks.mid, inks.accent, inks.soft, inks.deep, inks.accent.mix(inks.paper, 0.4), inks.mid.mix(inks.second, 0.45), inks.paper];
        let (wide, high) = (42.0, 27.0);
        for column in 0..12 {
            let x = 178.0 + f64::from(column) * (wide + 3.0);
            let bay = column / 2;
            let tall = 8 + [3, 5, 4, 6, 5, 2][bay as usize] - usize::from(sheet.dice.chance(0.4));
            for level in 0..tall {
                let y = deck - (level + 1) as f64 * (high + 1.5);
                let hue = sheet.dice.pick(&hues);
                sheet.fill(Path::new().rect(x, y, wide, high), hue);
                let mut ribs = Path::new();
                for rib in 1..9 {
                    ribs.segment((x + f64::from(rib) * wide / 9.0, y + 4.0), (x + f64::from(rib) * wide / 9.0, y + high - 4.0));
                }
                sheet.stroke(&ribs, inks.ink.alpha(0.17), 1.1);
                sheet.fill(Path::new().rect(x, y + high - 4.0, wide, 4.0), inks.ink.alpha(0.15));
            }
        }
        sheet.fill(Path::new().rect(100.0, 372.0, 66.0, 320.0), inks.paper);
        sheet.fill(Path::new().rect(146.0, 372.0, 20.0, 320.0), inks.ink.alpha(0.14));
        sheet.fill(Path::new().rect(88.0, 352.0, 92.0, 26.0), inks.ink);
        let mut windows = Path::new();
        for level in 0..9 {
            for row in 0..3 {
                windows.rect(108.0 + f64::from(row) * 15.0, 398.0 + f64::from(level) * 31.0, 8.0, 11.0);
            }
        }
        sheet.fill(&windows, inks.accent);
        sheet.fill(Path::new().rect(94.0, 358.0, 80.0, 9.0), inks.second);
        sheet.stroke(Path::new().segment((134.0, 352.0), (134.0, 286.0)).segment((114.0, 316.0), (154.0, 316.0)), inks.ink, 3.0);
        let mut hull = Path::new();
        hull.start(LEFT - 10.0, deck - 8.0).to(668.0, deck).quad(700.0, deck - 4.0, 724.0, deck - 26.0);
        hull.quad(716.0, 770.0, 664.0, water + 30.0).to(LEFT - 10.0, water + 30.0).close();
        sheet.fill(&hull, inks.ink);
        sheet.clipped(&hull, |sheet| {
            sheet.fill(Path::new().rect(LEFT, water - 34.0, PLATE.2, 60.0), inks.second);
            sheet.fill(Path::new().rect(LEFT, water - 40.0, PLATE.2, 6.0), inks.paper);
            sheet.stroke(Path::new().segment((LEFT, deck + 16.0), (RIGHT, deck + 16.0)), inks.paper.alpha(0.5), 2.0);
        });
        let mut marks = Path::new();
        for index in 0..7 {
            marks.rect(612.0, water - 52.0 - f64::from(index) * 9.0, if index % 2 == 0 { 12.0 } else { 7.0 }, 2.4);
        }
        sheet.fill(&marks, inks.paper);
        for (index, tone) in [inks.accent.mix(inks.soft, 0.35), inks.accent, inks.accent.mix(inks.ink, 0.35)].iter().enumerate() {
            let line = swell(water + index as f64 * 38.0, 4.0 + index as f64 * 2.0, 150.0 + index as f64 * 50.0, index as f64 * 2.2);
            sheet.fill(&below(&line), *tone);
        }
        ripples(sheet, water + 10.0, BOTTOM, inks.paper.alpha(0.4), 0.6);
        gulls(sheet, (420.0, 200.0), 80.0, 6, inks.ink);
    });
    seal(sheet, inks.second, inks.paper);
}

/// Small boats from above, each drawing its wake.
fn wakes(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let water = sheet.gradient((LEFT, TOP), (RIGHT, BOTTOM), &[(0.0, inks.mid.mix(inks.soft, 0.22), 1.0), (1.0, inks.mid.mix(inks.deep, 0.55), 1.0)]);
    sheet.fill(&plate(), water);
    sheet.clipped(&plate(), |sheet| {
        let mut scales = Path::new();
        for row in 0..64 {
            for column in 0..30 {
                let x = LEFT + f64::from(column) * 24.0 + if row % 2 == 0 { 0.0 } else { 12.0 } + sheet.dice.between(-2.0, 2.0);
                let y = TOP + f64::from(row) * 14.0;
                if sheet.dice.chance(0.72) {
                    scales.start(x - 8.0, y).quad(x - 4.0, y - 5.0, x, y).quad(x + 4.0, y + 4.0, x + 8.0, y);
                }
            }
        }
        sheet.stroke(&scales, inks.soft.alpha(0.20), 1.2);
        let spots: [(f64, f64, f64); 11] = [
            (196.0, 190.0, 1.0), (430.0, 150.0, 0.8), (640.0, 236.0, 1.05), (306.0, 352.0, 1.25), (548.0, 420.0, 0.9), (150.0, 500.0, 0.85),
            (402.0, 560.0, 1.0), (650.0, 596.0, 1.2), (226.0, 700.0, 1.15), (500.0, 742.0, 0.95), (664.0, 836.0, 0.8),
        ];
        for (index, (x, y, scale)) in spots.into_iter().enumerate() {
            let angle = -0.95 + (y - 500.0) * 0.0011 + (x - 400.0) * -0.0009 + sheet.dice.between(-0.12, 0.12);
            let hue = [inks.second, inks.accent, inks.ink][index % 3];
            sheet.placed((x, y), angle, scale, |sheet| {
                for (ring, share) in [1.0, 0.8, 0.62, 0.46, 0.32].into_iter().enumerate() {
                    let length = 250.0 * share;
                    let mut wake = Path::new();
                    wake.start(-length, -58.0 * share - 10.0).quad(-length * 0.35, -26.0 * share, 22.0, 0.0).quad(-length * 0.35, 26.0 * share, -length, 58.0 * share + 10.0);
                    sheet.stroke(&wake, inks.ink.alpha(0.16 + 0.13 * ring as f64), 1.4 + 0.2 * ring as f64);
                }
                let mut foam = Path::new();
                for drop in 0..26 {
                    let back = 24.0 + f64::from(drop) * 5.5;
                    foam.circle(-back, sheet.dice.bell() * (2.0 + back * 0.035), sheet.dice.between(0.8, 2.6));
                }
                sheet.fill(&foam, inks.ink.alpha(0.75));
                let hull = |grow: f64| {
                    let mut path = Path::new();
                    path.start(30.0 + grow, 0.0).quad(12.0, -13.0 - grow, -22.0 - grow, -9.0 - grow).to(-22.0 - grow, 9.0 + grow).quad(12.0, 13.0 + grow, 30.0 + grow, 0.0).close();
                    path
                };
                sheet.placed((-3.0, 8.0), 0.0, 1.0, |sheet| sheet.fill(&hull(0.0), inks.deep.alpha(0.45)));
                sheet.fill(&hull(2.2), inks.ink);
                sheet.fill(&hull(-1.2), hue);
                sheet.fill(Path::new().rect(-14.0, -5.0, 13.0, 10.0), inks.deep);
                sheet.fill(Path::new().rect(-11.0, -3.2, 7.0, 6.4), inks.ink);
            });
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Lateen sails on a bright evening.
fn lateen(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 622.0;
    let bands = [inks.deep, inks.deep.mix(inks.mid, 0.55), inks.mid, inks.mid.mix(inks.accent, 0.5), inks.accent.mix(inks.second, 0.35), inks.accent.mix(inks.second, 0.7), inks.second, inks.second.mix(inks.paper, 0.45)];
    sheet.clipped(&plate(), |sheet| {
        for (index, tone) in bands.iter().enumerate() {
            let share = (index as f64 / bands.len() as f64).powf(0.8);
            let line = swell(lerp(TOP - 10.0, horizon, share), 5.0, 420.0, index as f64 * 1.3);
            sheet.fill(&below(&line), *tone);
        }
        sheet.fill(Path::new().circle(452.0, horizon - 26.0, 88.0), inks.paper.mix(inks.second, 0.25));
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), inks.mid.mix(inks.deep, 0.35));
        let low = sheet.gradient((0.0, horizon), (0.0, BOTTOM), &[(0.0, inks.accent, 0.75), (0.5, inks.mid, 0.3), (1.0, inks.deep, 0.9)]);
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), low);
        glitter(sheet, 452.0, horizon, BOTTOM, (46.0, 120.0), inks.second.mix(inks.paper, 0.3));
        for (x, y, scale, tone) in [
            (640.0, 640.0, 0.26, inks.deep), (556.0, 646.0, 0.32, inks.deep), (664.0, 690.0, 0.62, inks.paper), (262.0, 770.0, 1.18, inks.paper),
        ] {
            let boat = sheet.part(|sheet| dhow(sheet, tone));
            sheet.put(&boat, &format!("opacity=\"0.33\" transform=\"translate({x} {y}) scale({scale} {:.3})\"", -scale * 0.42));
            sheet.put(&boat, &format!("transform=\"translate({x} {y}) scale({scale})\""));
            ripples_at(sheet, (x, y + 4.0), 150.0 * scale, inks.second);
        }
        gulls(sheet, (560.0, 250.0), 90.0, 5, inks.paper);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A few bright strokes where a hull meets the water.
fn ripples_at(sheet: &mut Sheet, at: Point, half: f64, colour: Colour) {
    let mut strokes = Path::new();
    for index in 0..4 {
        let (drop, reach) = (f64::from(index) * half * 0.055, half * (1.0 - f64::from(index) * 0.16));
        strokes.segment((at.0 - reach, at.1 + drop), (at.0 - reach * 0.2, at.1 + drop));
        strokes.segment((at.0 + reach * 0.05, at.1 + drop), (at.0 + reach * 0.9, at.1 + drop));
    }
    sheet.stroke(&strokes, colour.alpha(0.7), half * 0.016 + 0.6);
}

/// One dhow, its waterline at the origin.
fn dhow(sheet: &mut Sheet, sail: Colour) {
    let inks = sheet.inks;
    let mut hull = Path::new();
    hull.start(-150.0, -62.0).quad(-90.0, -24.0, 20.0, -26.0).quad(100.0, -28.0, 172.0, -58.0).quad(118.0, 8.0, 60.0, 12.0);
    hull.to(-84.0, 12.0).quad(-136.0, 4.0, -150.0, -62.0).close();
    let mut cloth = Path::new();
    cloth.start(146.0, -66.0).quad(60.0, -300.0, -76.0, -430.0).quad(-150.0, -220.0, -132.0, -74.0).quad(0.0, -104.0, 146.0, -66.0).close();
    let paint = sheet.gradient((-140.0, -260.0), (110.0, -180.0), &[(0.0, sail.mix(inks.accent, 0.35), 1.0), (0.55, sail, 1.0), (1.0, sail.mix(inks.second, 0.4), 1.0)]);
    sheet.fill(&cloth, paint);
    sheet.clipped(&cloth, |sheet| {
        let mut seams = Path::new();
        for index in 0..8 {
            let shift = f64::from(index) * 34.0;
            seams.start(-150.0 + shift, -60.0).quad(-170.0 + shift * 0.9, -280.0, -90.0 + shift * 0.5, -440.0 + shift);
        }
        sheet.stroke(&seams, inks.deep.alpha(0.22), 1.6);
    });
    sheet.stroke(Path::new().start(160.0, -50.0).quad(64.0, -300.0, -88.0, -446.0), inks.ink, 6.0);
    sheet.stroke(Path::new().segment((10.0, -30.0), (30.0, -296.0)).segment((-130.0, -74.0), (-60.0, -30.0)), inks.ink, 4.0);
    sheet.fill(&hull, inks.ink);
    sheet.stroke(Path::new().start(-144.0, -48.0).quad(-80.0, -10.0, 20.0, -12.0).quad(100.0, -14.0, 160.0, -42.0), inks.accent, 4.5);
    for x in [-60.0, -36.0, 64.0] {
        sheet.fill(Path::new().circle(x, -44.0, 7.0), inks.ink);
        sheet.fill(Path::new().rect(x - 8.0, -38.0, 16.0, 20.0), inks.ink);
    }
}

/// Junks between banks of mist.
fn junks(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft.mix(inks.mid, 0.25)), (0.5, inks.paper.mix(inks.soft, 0.35)), (1.0, inks.soft)]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(226.0, 244.0, 84.0), inks.accent);
        for (index, (level, tone)) in [(430.0, 0.28), (500.0, 0.45), (566.0, 0.7)].into_iter().enumerate() {
            let peaks: Vec<Point> = (0..=40)
                .map(|step| {
                    let x = LEFT - 20.0 + f64::from(step) * 18.0;
                    let hump = (x * 0.011 + index as f64 * 2.1).sin().abs().powf(1.6) * 120.0 + (x * 0.037 + index as f64).sin() * 18.0;
                    (x, level - hump)
                })
                .collect();
            let fade = sheet.gradient((0.0, level - 130.0), (0.0, level + 80.0), &[(0.0, inks.mid.mix(inks.deep, tone - 0.2), 0.9), (1.0, inks.paper, 0.2)]);
            sheet.fill(&below(&peaks), fade);
        }
        sheet.fill(Path::new().rect(LEFT, 620.0, PLATE.2, 320.0), inks.soft.mix(inks.paper, 0.3));
        for (x, y, scale, shade) in [(640.0, 640.0, 0.34, 0.55), (180.0, 668.0, 0.5, 0.35), (466.0, 800.0, 1.12, 0.0)] {
            let boat = sheet.part(|sheet| junk(sheet, shade));
            sheet.put(&boat, &format!("opacity=\"0.26\" transform=\"translate({x} {y}) scale({scale} {:.3})\"", -scale * 0.4));
            sheet.put(&boat, &format!("transform=\"translate({x} {y}) scale({scale})\""));
        }
        for (y, tall, strong) in [(600.0, 60.0, 0.75), (690.0, 46.0, 0.6), (852.0, 70.0, 0.5)] {
            let mist = sheet.gradient((0.0, y - tall), (0.0, y + tall), &[(0.0, inks.paper, 0.0), (0.5, inks.paper, strong), (1.0, inks.paper, 0.0)]);
            sheet.fill(Path::new().rect(LEFT, y - tall, PLATE.2, tall * 2.0), mist);
        }
        ripples(sheet, 660.0, BOTTOM, inks.deep.alpha(0.28), 0.66);
        gulls(sheet, (420.0, 240.0), 70.0, 4, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One junk with battened sails, its waterline at the origin; `shade` fades it into the distance.
fn junk(sheet: &mut Sheet, shade: f64) {
    let inks = sheet.inks;
    let tone = |colour: Colour| colour.mix(inks.soft, shade);
    for (mast, foot, tall, wide, hue) in
        [(-124.0, -70.0, 190.0, 62.0, inks.mid), (112.0, -62.0, 270.0, 96.0, inks.second), (-16.0, -58.0, 390.0, 140.0, inks.accent)]
    {
        let steps = 7;
        let edge = |share: f64| {
            let spread = wide * (1.0 - 0.42 * share.powf(2.2));
            let y = foot - tall * share;
            ((mast - spread * 0.42, y + share * 6.0), (mast + spread * 0.78, y + 34.0 * share * share - 10.0))
        };
        let mut cloth = Path::new();
        let (first_left, first_right) = edge(0.0);
        cloth.start(first_left.0, first_left.1).to(first_right.0, first_right.1);
        for step in 1..=steps {
            let (now, next) = (edge(f64::from(step - 1) / f64::from(steps)).1, edge(f64::from(step) / f64::from(steps)).1);
            cloth.quad(now.0.max(next.0) + 5.0, (now.1 + next.1) / 2.0, next.0, next.1);
        }
        for step in (0..=steps).rev() {
            let left = edge(f64::from(step) / f64::from(steps)).0;
            cloth.to(left.0, left.1);
        }
        cloth.close();
        sheet.fill(&cloth, tone(hue));
        let shadow = sheet.gradient((mast - wide * 0.5, 0.0), (mast + wide * 0.9, 0.0), &[(0.0, inks.ink, 0.28), (0.5, inks.ink, 0.0)]);
        sheet.fill(&cloth, shadow);
        let mut battens = Path::new();
        for step in 0..=steps {
            let (left, right) = edge(f64::from(step) / f64::from(steps));
            battens.segment(left, right);
        }
        sheet.stroke(&battens, tone(inks.ink), 2.6);
        sheet.stroke(Path::new().segment((mast, foot + 26.0), (mast, foot - tall - 26.0)), tone(inks.ink), 4.0);
    }
    let mut hull = Path::new();
    hull.start(-188.0, -96.0).to(-120.0, -92.0).quad(-100.0, -44.0, 0.0, -42.0).quad(110.0, -42.0, 186.0, -84.0).quad(160.0, -10.0, 116.0, 10.0);
    hull.to(-126.0, 10.0).quad(-176.0, -20.0, -188.0, -96.0).close();
    sheet.fill(&hull, tone(inks.ink));
    sheet.stroke(Path::new().start(-180.0, -66.0).quad(-90.0, -22.0, 0.0, -22.0).quad(100.0, -22.0, 172.0, -56.0), tone(inks.second), 4.0);
    sheet.fill(Path::new().circle(150.0, -50.0, 6.0), tone(inks.paper));
}

/// A ferry at night, all her windows lit.
fn night_ferry(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 640.0;
    sky(sheet, &[(0.0, inks.deep), (0.5, inks.paper), (0.72, inks.mid)]);
    sheet.clipped(&plate(), |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 460.0), 320, inks.ink);
        sheet.fill(Path::new().circle(600.0, 190.0, 40.0), inks.ink);
        sheet.fill(Path::new().circle(584.0, 180.0, 37.0), inks.deep.mix(inks.paper, 0.35));
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 300.0), inks.deep);
        let ship = sheet.part(|sheet| {
            let mut hull = Path::new();
            hull.start(112.0, 552.0).to(700.0, 540.0).quad(684.0, 610.0, 650.0, horizon).to(134.0, horizon).quad(112.0, 600.0, 112.0, 552.0).close();
            sheet.fill(&hull, inks.mid.mix(inks.soft, 0.1));
            sheet.fill(Path::new().polygon(&[(122.0, 618.0), (664.0, 612.0), (650.0, horizon), (134.0, horizon)]), inks.accent);
            for (left, right, top, high) in [(128.0, 648.0, 504.0, 48.0), (146.0, 612.0, 462.0, 42.0), (180.0, 576.0, 424.0, 38.0), (470.0, 556.0, 392.0, 32.0)] {
                sheet.fill(Path::new().rect(left, top, right - left, high), inks.ink.mix(inks.soft, 0.35));
                sheet.fill(Path::new().rect(left, top, right - left, 4.0), inks.ink);
                let mut lit = Path::new();
                let count = ((right - left - 24.0) / 19.0) as usize;
                for index in 0..count {
                    if sheet.dice.chance(0.86) {
                        lit.rect(left + 14.0 + index as f64 * 19.0, top + high * 0.34, 11.0, high * 0.36);
                    }
                }
                sheet.fill(&lit, inks.second);
            }
            let mut funnel = Path::new();
            funnel.polygon(&[(282.0, 424.0), (296.0, 330.0), (362.0, 330.0), (366.0, 424.0)]);
            sheet.fill(&funnel, inks.accent);
            sheet.fill(Path::new().polygon(&[(293.0, 352.0), (296.0, 330.0), (362.0, 330.0), (363.0, 352.0)]), inks.deep);
            sheet.stroke(Path::new().segment((512.0, 392.0), (512.0, 316.0)).segment((494.0, 348.0), (530.0, 348.0)), inks.ink, 3.0);
            let mut portholes = Path::new();
            for index in 0..24 {
                portholes.circle(150.0 + f64::from(index) * 21.6, 586.0 - f64::from(index) * 0.3, 4.4);
            }
            sheet.fill(&portholes, inks.second);
            let mut lamps = Path::new();
            for index in 0..15 {
                let share = f64::from(index) / 14.0;
                lamps.circle(lerp(150.0, 512.0, share), 420.0 - 102.0 * share.powf(1.7), 2.2);
                lamps.circle(lerp(694.0, 512.0, share), 540.0 - 222.0 * share.powf(1.35), 2.2);
            }
            sheet.fill(&lamps, inks.second);
        });
        let glow = sheet.glow((400.0, 540.0), 360.0, &[(0.0, inks.second, 0.26), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(400.0, 540.0, 360.0), glow);
        sheet.put(&ship, "");
        sheet.mirror(&ship, horizon, 0.62, 0.26);
        for x in [170.0, 240.0, 318.0, 392.0, 470.0, 546.0, 622.0] {
            glitter(sheet, x, horizon, 900.0, (9.0, 20.0), inks.second.alpha(0.5));
        }
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.28), 0.6);
        let mut smoke = Path::new();
        for index in 0..5 {
            let shift = f64::from(index) * 6.0;
            smoke.start(328.0, 326.0 - shift).cubic((300.0, 270.0 - shift), (240.0, 300.0 - shift * 2.0), (150.0 - shift * 4.0, 238.0 - shift * 2.4));
        }
        sheet.stroke(&smoke, inks.soft.alpha(0.35), 2.4);
    });
    seal(sheet, inks.accent, inks.ink);
}

/// One small sail on a great deal of water.
fn lone_sail(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 452.0;
    sky(sheet, &[(0.0, inks.paper.mix(inks.soft, 0.5)), (0.44, inks.second.mix(inks.paper, 0.55))]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(400.0, horizon - 10.0, 176.0), inks.accent);
        let (mut y, mut index) = (horizon, 0);
        while y < BOTTOM {
            let depth = (y - horizon) / (BOTTOM - horizon);
            let line = swell(y, lerp(0.6, 10.0, depth), lerp(120.0, 330.0, depth), f64::from(index) * 2.4);
            sheet.fill(&below(&line), inks.soft.mix(inks.deep, smooth(-0.05, 1.0, depth)));
            y += lerp(9.0, 64.0, depth);
            index += 1;
        }
        glitter(sheet, 400.0, horizon, 900.0, (70.0, 96.0), inks.second.alpha(0.85));
        let at = (316.0, 604.0);
        sheet.placed(at, 0.06, 0.27, |sheet| sloop(sheet, inks.paper, inks.paper));
        ripples_at(sheet, (at.0, at.1 + 3.0), 44.0, inks.paper);
        let mut arcs = Path::new();
        for radius in [196.0, 218.0, 246.0] {
            arcs.arc((400.0, horizon - 10.0), radius, PI * 1.02, PI * 1.98);
        }
        sheet.stroke(&arcs, inks.accent.alpha(0.35), 1.6);
    });
    seal(sheet, inks.accent, inks.paper);
}
