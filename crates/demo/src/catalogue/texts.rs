//! What is written about each of the sixty prints, family by family, in the order of the works.

use super::prices::Tier::{self, Fine, Simple, Standard};
use crate::art::Family;

/// The words and the shelf of one print.
pub(super) struct Text {
    pub title: &'static str,
    pub subtitle: &'static str,
    pub description: &'static str,
    pub collection: &'static str,
    pub tags: &'static [&'static str],
    pub tier: Tier,
}

/// The texts of a family.
pub(super) fn of(family: Family) -> &'static [Text] {
    match family {
        Family::Ships => SHIPS,
        Family::Winds => WINDS,
        Family::Waves => WAVES,
        Family::Maps => MAPS,
        Family::Stars => STARS,
        Family::Harbours => HARBOURS,
    }
}

macro_rules! texts {
    ($($name:ident: $($title:literal, $subtitle:literal, $collection:literal, $tier:ident, [$($tag:literal),*], $description:literal;)*)*) => {
        $(const $name: &[Text] = &[$(Text {
            title: $title, subtitle: $subtitle, description: $description, collection: $collection, tags: &[$($tag),*], tier: $tier,
        }),*];)*
    };
}

texts! {
    SHIPS:
    "Fifteen to Windward", "A regatta in cut paper", "atlantic", Standard, ["sails", "large format"],
    "Fifteen sloops go about at once, their sails laid over one another like sheets of coloured paper. The hulls double in the calm between two gusts. It looks like a race, but nobody seems to be in a hurry.";
    "The Indigo Barque", "A full-rigged ship before the sun", "atlantic", Fine, ["sails", "vintage", "detailed"],
    "Every sail is set and every seam is drawn, down to the row of painted ports. Behind her stands a sun the size of a harbour. Five bands of sea carry the whole picture, each darker than the one behind.";
    "Under Her Bow", "An ocean liner, head on", "atlantic", Standard, ["vintage", "geometric", "large format"],
    "Seen from a rowing boat, a liner is mostly bow. This one comes straight at you in two great planes of black, with gulls for scale and a curl of white at the stem. A picture for a high wall.";
    "Lines Plan No. 14", "A shipwright's drawing in white on blue", "chart-room", Fine, ["line", "technical", "detailed"],
    "Profile, half-breadth and sections of a wooden hull that was never laid down. Each curve agrees with the others, as a builder would insist. The closer you stand, the better it gets.";
    "Eleven Hundred Boxes", "A container ship, stacked like a quilt", "trade-winds", Standard, ["geometric", "warm"],
    "Somewhere in that wall of colour are your new chairs. The stack is piled by the throw of seeded dice and then painted in ochres, rust and sea blue. Under it all runs a black hull with its loading marks showing.";
    "Going Out", "Small boats and their wakes, from above", "small-harbours", Standard, ["aerial", "pattern"],
    "Eleven boats leave on the same tide, each drawing a long pale V behind it. Seen from where the gulls fly, the morning's work turns into a pattern. The sea has its own, much finer one.";
    "The Last of the Light", "Lateen sails at dusk", "trade-winds", Standard, ["sails", "sunset"],
    "A dhow slides home under bands of plum, rose and amber. Her one great sail still holds the sun that the water has already given up. Two more boats follow where the glitter ends.";
    "Between Two Mists", "Junks on a grey morning", "slack-water", Standard, ["sails", "calm"],
    "Battened sails the colour of brick, and hills that come and go behind them. Three banks of mist are drawn across the picture like curtains. Everything that matters happens between them.";
    "The Ten O'Clock Ferry", "A ferry at night, all her windows lit", "night-watch", Standard, ["night", "lights"],
    "She is late, but she is beautiful. Strings of lamps run from mast to stern, and every window stands twice: once on deck and once, trembling, in the harbour.";
    "One Sail, One Sea", "A small boat and a great deal of water", "slack-water", Simple, ["minimal", "calm", "sails"],
    "A red sun goes down exactly where the horizon is, and a single white sail crosses beside its road. There is nothing else in the picture, which is the point of it.";

    WINDS:
    "Nor'easter", "A gale around two calm spots", "atlantic", Standard, ["line", "abstract", "large format"],
    "Several hundred strokes run before the wind, each keeping its distance from its neighbours. Where they part, a red sun and a small buoy sit perfectly still. Drawn with the mathematics of real air.";
    "The Eye", "A storm seen from above", "night-watch", Fine, ["abstract", "night", "round"],
    "White cloud winds inwards along two arms until it meets a single point of calm. The degrees are marked around the rim, as if one could steer by it. Best hung where it can be looked at for a while.";
    "Depression over Nowhere", "A weather chart with fronts", "chart-room", Fine, ["technical", "detailed"],
    "Isobars close around a low that has no country beneath it. A warm front and a cold one swing from its centre, and small barbs say how hard it blows. Anyone who listens to the shipping forecast will know the feeling.";
    "Four Hundred Barbs", "A grid of wind signs", "chart-room", Simple, ["minimal", "line", "pattern"],
    "Each mark is a reading: the shaft says where the wind comes from, the feathers how strong it is. In the upper right a storm is passing, and the ink turns red.";
    "A Year of Wind", "Twelve roses, one for each month", "chart-room", Standard, ["technical", "pattern", "geometric"],
    "January leans west, summer barely stirs, and by December it comes from everywhere at once. Twelve wind roses tell a year on a coast that you may imagine for yourself.";
    "Silk Road", "Ribbons of air at night", "night-watch", Standard, ["abstract", "line", "night"],
    "Seven bands of thread rise and twist across a plum-coloured sky. Where they turn edge-on they nearly vanish, then open again. An orange moon looks on.";
    "High Kites", "Six kites over the dunes", "small-harbours", Standard, ["playful", "sky"],
    "A breeze from the left, six strings to one spot in the grass, and tails that write in the air. The clouds have flat bottoms, as proper clouds do. Made for children's rooms, and often bought for offices.";
    "Gusts, Overprinted", "Two plates of dots, slightly out of register", "trade-winds", Simple, ["abstract", "pattern", "warm"],
    "Red and blue-green dots swell and shrink as the wind crosses the water. The two plates are turned against each other, so the eye mixes a third colour that was never printed.";
    "Reeds at Seven", "Tall grass before an evening sun", "trade-winds", Standard, ["sunset", "warm", "nature"],
    "Four depths of reeds lean the same way in front of a rust-red sun. Their plumes are drawn stroke by stroke, and a few seeds have already left. The wind itself is not shown, and does not need to be.";
    "The Doldrums", "Level lines, and one place where they stir", "slack-water", Simple, ["minimal", "line", "calm"],
    "Seventy-six lines, ruled from edge to edge, and nothing happens for most of them. Then something moves under the surface. It may be the beginning of a wind.";

    WAVES:
    "Blue Scales", "The old pattern for a calm sea", "slack-water", Standard, ["pattern", "geometric"],
    "Overlapping fans stand for waves that wish you well. This sheet lets them darken slowly towards the foot, and scatters a few in vermilion and gold where the light catches.";
    "Fifty-Four Crests", "Line behind line of sea", "night-watch", Standard, ["line", "night"],
    "Each line of water hides what lies behind it, all the way to a low yellow moon. Every ninth crest is drawn in red, for no reason except that the sea likes rhythm.";
    "Three Stones", "Rings that cross", "slack-water", Simple, ["geometric", "abstract", "minimal"],
    "Drop three stones and wait. Where their rings cross, the eye sees waves that nobody drew. Step to one side and they move.";
    "The Long Swell", "Twelve layers of sea", "slack-water", Standard, ["calm", "warm", "large format"],
    "A swell that started a thousand miles away arrives in twelve soft layers, pale at the back and nearly black at the front. Fine lines follow each back down. A large sun, already half gone, keeps the time.";
    "Running Sea", "Curling waves, as if cut in lino", "atlantic", Standard, ["pattern", "geometric"],
    "Six rows of breakers curl in step, from milk-green to the darkest teal. The lines are cut wide and even, like a block print pulled by hand. Cheerful in a bathroom, magnificent in a stairwell.";
    "Moon Road", "The moon's path over the water", "night-watch", Standard, ["night", "calm"],
    "The moon has just cleared the hills and laid its road down to your feet. The strokes grow longer as they come nearer, exactly as they do on a real sea.";
    "Interference", "Two stones thrown at once, told in dots", "trade-winds", Simple, ["pattern", "abstract", "geometric"],
    "Five thousand dots grow and shrink where two rings of waves meet, add up and cancel. It is a diagram from a physics book that got out and became wallpaper for one wall.";
    "Engraved Swell", "Black lines that thicken in the shade", "chart-room", Standard, ["line", "minimal"],
    "A single line, drawn seventy-four times, thickens on the dark side of each wave and thins on the light side. A red sun is laid over it like a seal on a letter.";
    "Rain on a Still Harbour", "Fifty-two drops, a moment after", "small-harbours", Standard, ["calm", "nature"],
    "Rings widen on grey water, small in the distance and broad at your feet. Here and there one is red, as though a lamp were near. You can almost hear it.";
    "The Great Breaker", "One wave, at its moment", "trade-winds", Fine, ["large format", "sunset"],
    "It has risen as far as it can and is about to come down. Striped like the inside of a shell and edged with foam, it holds the whole sky in its curl. The small waves below pretend not to notice.";

    MAPS:
    "Chart of an Unvisited Coast", "Hills, soundings and a safe course", "chart-room", Fine, ["vintage", "detailed", "line"],
    "A coast with capes, islands and a range of hills, drawn in the manner of old sea charts. A red course keeps clear of the rocks and rounds the compass rose. Nobody has landed there, so nobody can say that it is wrong.";
    "The Shelf", "The sea floor in cut paper", "slack-water", Standard, ["abstract", "large format"],
    "Eleven sheets of paper, or so it seems, are cut along the depth lines and stacked until they reach dry land. The shadows fall to the lower right, where you would expect the window.";
    "Both Halves of Elsewhere", "A world in two hemispheres", "chart-room", Fine, ["vintage", "detailed", "round"],
    "Two globes show the same invented planet from both sides, with shoals, uplands and a fine net of meridians. Suns burn in the corners and two roses keep the directions honest.";
    "Polar Passage", "The sea around a pole, white on blue", "chart-room", Fine, ["technical", "round", "dark"],
    "Broken ice, a ring of land, and one dashed line that finds its way in. The frame is graduated in degrees. Printed like a blueprint, for people who still mean to go.";
    "Delta", "A river that comes apart before the sea", "trade-winds", Standard, ["abstract", "nature", "large format"],
    "The river arrives as one and reaches the sea as a hundred. Silt lies along its arms in gold, and the land steps down in reds to the cold colours of the bay.";
    "Seven Fjords", "Contour lines, the water's edge in red", "chart-room", Standard, ["line", "minimal", "technical"],
    "Only height is drawn here: thin lines for every step, a thick one for every fifth. A single red line shows where the sea has decided to stop. Follow it with a finger; it takes a while.";
    "Sticks and Shells", "A chart that is felt, not read", "chart-room", Standard, ["minimal", "geometric"],
    "Curved sticks stand for swells, crossings for the places where they meet, and shells for islands. It follows the idea of the stick charts once made in the Pacific, but leads nowhere in particular.";
    "Ways of Trade", "A globe and the routes upon it", "atlantic", Standard, ["round", "large format"],
    "Eleven ports on a planet of our own invention, joined by the shortest ways across it. The routes lift a little from the surface, as stories of long journeys do.";
    "Portolan", "A web of bearings over an inland sea", "chart-room", Fine, ["vintage", "line", "detailed"],
    "Sixteen points send out their bearings in black, red and blue until the whole sea is covered. The names of the harbours stand along the shore, too small to read, as they always are.";
    "Star Fort", "A fortified harbour town from the air", "small-harbours", Fine, ["geometric", "detailed", "vintage"],
    "Ring by ring the town grows behind its eight bastions, with one road down to the quay. Ploughed fields lie around it and a dozen boats wait inside the moles. The plan is perfect, which is how you know it was never built.";

    STARS:
    "Planisphere", "The whole night in one disc", "night-watch", Fine, ["round", "detailed", "night"],
    "Seventeen constellations that you will not find outside, with a milky way across them and a ring of hours around. Give them your own names; the print leaves room for it.";
    "Thirty Nights", "From new moon to new moon", "night-watch", Standard, ["pattern", "minimal"],
    "Every night of a month, five to a row, with the full moon marked in orange. The seas on each moon are stippled by hand, if dice have hands. Useful as a calendar, better as company.";
    "Orrery", "Planets on their arms", "chart-room", Fine, ["vintage", "detailed", "geometric"],
    "Seven planets go round a spiked sun, each shaded with engraver's arcs and counted in red dots. In the corners turn the wheels that move them. A page from a clockmaker's dream.";
    "Long Exposure", "Star trails above a mast", "night-watch", Standard, ["night", "line"],
    "Leave the shutter open for an hour and the sky turns around one small point. Below, pines, a dark shore and a boat with its riding light on. Only the water does not move.";
    "The Anchor", "A constellation for sailors", "night-watch", Standard, ["night", "minimal"],
    "Sixteen stars make an anchor that no almanac lists. Faint lines show what you are supposed to see, and a red star sits at the crown. Good for anyone who has, at last, stayed somewhere.";
    "A Comet over the Bay", "A long tail on a violet night", "night-watch", Standard, ["night", "sunset"],
    "It will be back in four hundred years, so it takes its time. The tail is combed out in three colours over hills where the first lamps have been lit.";
    "Totality", "The moon before the sun", "chart-room", Standard, ["minimal", "line", "round"],
    "Nine hundred fine lines stand out from a black disc, longer where the sun's hair is wild. Along the foot the whole event is told again in nine small steps. Two minutes of darkness, kept for good.";
    "Astrolabe", "A brass plate for no latitude in particular", "chart-room", Fine, ["vintage", "technical", "round"],
    "Circles of equal height, lines of direction and a ring for the year, all constructed as an instrument maker would. The rule is set to an hour that only you know.";
    "Green Curtains", "Northern lights over a bay of islands", "night-watch", Standard, ["night", "nature", "large format"],
    "Curtains of green and gold hang over dark hills, and the bay takes what it can of their light. In one window somebody is still awake.";
    "At Anchor under the Milky Way", "The galaxy above a small boat", "night-watch", Standard, ["night", "calm"],
    "Some six thousand stars, dotted one by one, drift up from the horizon past the masthead. Three portholes are lit. From down there it must be quite something.";

    HARBOURS:
    "The Light at Gannet Rock", "A lighthouse with both beams out", "small-harbours", Standard, ["night", "lights", "vintage"],
    "Red and white on a black rock, with the keeper's cottage tucked under its arm. One beam goes out to sea and one comes home over the land. The sky still remembers the sunset.";
    "Night Shift", "Cranes before a low sun", "trade-winds", Standard, ["sunset", "industrial"],
    "Five cranes stand like herons over their stacked boxes while the sun goes down between their legs. Then it all happens again, upside down and a little slower, in the basin.";
    "Nine Gables", "Houses along a quay, in all the colours left over", "small-harbours", Standard, ["architecture", "playful"],
    "Stepped, bell-shaped and plain: nine houses share one quay and not a single colour. Three boats are moored in front, and below them hangs a second, wobblier street.";
    "Harbour Lights", "A port at night, only its lamps", "night-watch", Standard, ["night", "lights", "abstract"],
    "Take away the buildings, the boats and the people, and this is what is left of a harbour after dark. Each lamp near the water stands on its own trembling column.";
    "The Pier in November", "Planks, mist and a pale red sun", "slack-water", Standard, ["calm", "minimal"],
    "The pier walks out until the mist takes it. A gull has taken one of the posts and means to keep it. Out of season is, of course, the best season.";
    "Hill Town, Afternoon", "Houses that climb from the water", "trade-winds", Fine, ["architecture", "warm", "detailed"],
    "Some two hundred houses, each with its own windows, share one hill and hardly any streets. Domes, tiled roofs and the odd cypress find room between them. The four boats below are there to carry the shopping.";
    "Berths", "A marina from above, neat as a drawer of spoons", "small-harbours", Standard, ["aerial", "pattern", "geometric"],
    "Four pontoons, a hundred boats, and a few gaps where somebody has gone sailing. One late-comer rounds the end of the mole. Look for the single boat that you would choose.";
    "Into the Fog", "A long red bridge", "atlantic", Standard, ["architecture", "calm", "large format"],
    "The near tower is certain, the far one likely, and the rest is a matter of faith. Fog fills the strait below the deck while a small tug goes about its business underneath.";
    "Channel Marks", "Five buoys in a short sea", "small-harbours", Simple, ["geometric", "playful"],
    "Port, starboard, safe water, danger, and one that is mainly decorative. They nod at each other in front of a rising sun, each at its own angle.";
    "Dressed Overall", "Thirty-five signal flags", "small-harbours", Simple, ["pattern", "geometric", "playful"],
    "Seven lines of bunting, folded by the wind and read by nobody. Some resemble letters, some do not. Hang it where a party is likely.";
}
