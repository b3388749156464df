/** Puts the game and its HUD on the page. */
import "@fontsource/alegreya-sans/latin-500.css";
import "@fontsource/alegreya-sans/latin-700.css";
import "@fontsource/grenze-gotisch/latin-600.css";
import "./game/hud/base.css";
import "./game/hud/title.css";
import "./game/hud/play.css";
import "./game/hud/phone.css";
import { render } from "preact";
import { Game } from "./game/game";
import { installHook } from "./game/hook";
import { Hud } from "./game/hud/Hud";

const game = new Game(document.getElementById("battlefield") as HTMLCanvasElement);
installHook(game);
const root = document.getElementById("hud")!;
game.onChange = () => render(<Hud game={game} />, root);
game.onChange();
