/** What is selected: one thing in full, or many by kind. */
import { kindIcon } from "../art/icons";
import type { Match } from "../match";
import { tincture } from "../palette";
import { CARGO, DOING_NAMES, KIND_ORE, maxHp, STATS } from "../rules";
import type { Entity } from "../state/world";

export function SelectionPanel({ match }: { match: Match }) {
  const chosen = match.selection.entities();
  const groups = [...match.selection.groupSizes()].sort(([a], [b]) => a - b);
  return (
    <section class={`panel selection ${chosen.length === 0 ? "empty" : ""}`} data-testid="selection">
      {groups.length > 0 && (
        <div class="groups">
          {groups.map(([number, size]) => (
            <button key={number} title={`Group ${number}`} onClick={() => match.selection.recallGroup(number)}>
              <kbd>{number}</kbd> {size}
            </button>
          ))}
        </div>
      )}
      {chosen.length === 0 && <p class="nothing">Nothing selected</p>}
      {chosen.length === 1 && <One match={match} entity={chosen[0]} />}
      {chosen.length > 1 && <Many match={match} chosen={chosen} />}
    </section>
  );
}

function One({ match, entity }: { match: Match; entity: Entity }) {
  const { kind, owner } = entity;
  const stats = STATS[kind];
  const holder = owner < 0 ? "" : owner === match.world.me ? "Yours" : match.world.seats[owner].name;
  return (
    <div class="one">
      <div class="portrait" style={{ borderColor: tincture(owner).main }}>
        <img src={kindIcon(kind, owner)} alt="" />
      </div>
      <div class="facts">
        <h2>
          {stats.name}
          {holder !== "" && <small style={{ color: tincture(owner).light }}>{holder}</small>}
        </h2>
        {kind === KIND_ORE ? (
          <p>{entity.amount} ore left</p>
        ) : (
          <Bar label={`${entity.hp} / ${maxHp(kind)}`} part={entity.hp / maxHp(kind)} health />
        )}
        {entity.site !== null && (
          <Bar label={`Building ${Math.floor(entity.site / 10)} %`} part={entity.site / 1_000} />
        )}
        {entity.queue !== null && <Queue match={match} entity={entity} />}
        {stats.speed > 0 && (
          <p class="doing">
            {DOING_NAMES[entity.doing]}
            {entity.cargo > 0 && `, carries ${entity.cargo} of ${CARGO} ore`}
          </p>
        )}
      </div>
    </div>
  );
}

function Queue({ match, entity }: { match: Match; entity: Entity }) {
  const { kind, waiting, progress } = entity.queue!;
  return (
    <div class="queue">
      <img src={kindIcon(kind, match.world.me)} alt="" />
      <Bar label={STATS[kind].name + (waiting > 1 ? ` and ${waiting - 1} more` : "")} part={progress / 1_000} />
    </div>
  );
}

function Many({ match, chosen }: { match: Match; chosen: Entity[] }) {
  const kinds = new Map<number, Entity[]>();
  for (const entity of chosen) kinds.set(entity.kind, [...(kinds.get(entity.kind) ?? []), entity]);
  return (
    <div class="many">
      {[...kinds]
        .sort(([a], [b]) => a - b)
        .map(([kind, group]) => {
          const hp = group.reduce((sum, entity) => sum + entity.hp, 0) / (group.length * maxHp(kind));
          return (
            <button
              key={kind}
              class="kind"
              title={`Only the ${STATS[kind].name.toLowerCase()}s`}
              onClick={() => match.selection.set(group.map((entity) => entity.id))}
            >
              <img src={kindIcon(kind, group[0].owner)} alt={STATS[kind].name} />
              <b>{group.length}</b>
              <Bar label="" part={hp} health />
            </button>
          );
        })}
    </div>
  );
}

function Bar({ label, part, health = false }: { label: string; part: number; health?: boolean }) {
  const tone = health ? (part > 0.6 ? "well" : part > 0.3 ? "hurt" : "dying") : "work";
  return (
    <div class={`bar ${tone}`}>
      <i style={{ width: `${Math.max(0, Math.min(1, part)) * 100}%` }} />
      {label !== "" && <span>{label}</span>}
    </div>
  );
}
