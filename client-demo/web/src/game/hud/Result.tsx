/** How the match ended, and what each did in it. */
import type { Over } from "../../generated/messages";
import { shieldIcon } from "../art/icons";
import type { Game } from "../game";
import { tincture } from "../palette";
import type { World } from "../state/world";

export function Result({ game, over, world }: { game: Game; over: Over; world: World }) {
  const { winner } = over;
  const won = winner === world.myTeam;
  const nobody = winner === null || winner === undefined;
  const minutes = Math.max(1, Math.round(over.tick / (game.startInfo?.rate ?? 20) / 60));
  return (
    <div class={`result ${nobody ? "draw" : won ? "victory" : "defeat"}`} data-testid="result">
      <div class="scroll">
        <div class="rays" aria-hidden="true" />
        <img
          class="crest"
          src={shieldIcon(nobody ? world.me : world.seats.findIndex((seat) => seat.team === winner))}
          alt=""
        />
        <h1>{nobody ? "No victor" : won ? "Victory" : "Defeat"}</h1>
        <p class="motto">
          {won ? "The field is yours" : nobody ? "The field belongs to the crows" : "The field is lost"}, after{" "}
          {minutes} {minutes === 1 ? "minute" : "minutes"}
        </p>
        <table>
          <thead>
            <tr>
              <th />
              <th>Trained</th>
              <th>Felled</th>
              <th>Lost</th>
              <th>Ore</th>
            </tr>
          </thead>
          <tbody>
            {over.scores.map((score, seat) => (
              <tr key={seat} class={seat === world.me ? "me" : ""}>
                <td style={{ color: tincture(seat).light }}>
                  <img src={shieldIcon(seat)} alt="" />
                  {world.seats[seat]?.name}
                </td>
                <td>{score.trained}</td>
                <td>{score.felled}</td>
                <td>{score.lost}</td>
                <td>{score.ore}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <div class="choices">
          <button class="great" data-testid="again" onClick={() => game.again()}>
            Play again
          </button>
          <button onClick={() => game.leave()}>Title</button>
        </div>
      </div>
    </div>
  );
}
