/** The ways from a person to a right as a picture: person and groups, roles, the right. */
import { iconKey, iconRoles, iconUser, iconUserGroup } from "@siemens/ix-icons/icons";
import { type ReactNode, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../parts/Icon";
import { PageLink } from "../people/go";
import { Name } from "../people/shown";
import { ConditionsShown } from "./conditions";
import { type Edge, useEdges } from "./edges";
import { type Stop, stopsOf } from "./groups";
import { type Named, type Reason, type Way, waysOf } from "./reason";
import { useRightName } from "./rights";

/** So many roles are drawn that have the right but were not given. */
const FEW = 6;

interface PictureProps {
  reason: Reason;
  /** The person's name where it is known better than by the login. */
  person: string;
}

export function Picture({ reason, person }: PictureProps) {
  const { t } = useTranslation("explain");
  const box = useRef<HTMLElement>(null);
  const { stops, others, edges } = useMemo(() => planOf(reason), [reason]);
  const drawn = useEdges(box, edges);
  // The right stands beside the way that decided, so that this one's line is straight.
  const [decided] = waysOf(reason);
  const row = Math.max(
    stops.findIndex(({ ways }) => ways.some((way) => way.assignment === decided?.assignment)),
    0,
  );
  return (
    <section ref={box} className="picture" aria-label={t("picture")}>
      <svg className="lines" aria-hidden="true">
        {drawn.map(({ from, to, path, good }) => (
          <path key={`${from}>${to}`} d={path} className={good ? "good" : "bad"} />
        ))}
      </svg>
      {stops.map((stop, at) => (
        <div key={stop.key} className="stop" style={{ gridRow: at + 1, "--in": stop.indent } as never}>
          <StopShown stop={stop} reason={reason} person={person} />
        </div>
      ))}
      {stops.map(
        (stop, at) =>
          stop.ways.length > 0 && (
            <div key={stop.key} className="cards" style={{ gridRow: at + 1 }}>
              {stop.ways.map((way) => (
                <Card key={way.assignment} way={way} asked={reason.area?.name} />
              ))}
            </div>
          ),
      )}
      {others.length > 0 && (
        <div className="cards" style={{ gridRow: 1 }}>
          {others.map((role) => (
            <NotGiven key={role.id} role={role} />
          ))}
        </div>
      )}
      {reason.right !== null && <RightShown right={reason.right} area={reason.area} row={row + 1} />}
    </section>
  );
}

/** What stands in the picture and which lines join it. */
function planOf(reason: Reason): { stops: Stop[]; others: Named[]; edges: Edge[] } {
  const stops = stopsOf(waysOf(reason));
  const others = reason.missing?.what === "role" ? reason.missing.roles.slice(0, FEW) : [];
  const on = reason.missing?.what !== "enabled";
  const edges = stops.flatMap(({ key, from, ways }): Edge[] => [
    ...(from === "" ? [] : [{ from, to: key, lie: "down" as const, good: on }]),
    ...ways.flatMap(({ assignment, unmet }): Edge[] => [
      { from: key, to: assignment, lie: "across", good: on },
      { from: assignment, to: "right", lie: "across", good: on && unmet.length === 0 },
    ]),
  ]);
  const notGiven = others.flatMap(({ id }): Edge[] => [
    { from: "person", to: id, lie: "across", good: false },
    { from: id, to: "right", lie: "across", good: true },
  ]);
  const nothing = edges.length + notGiven.length === 0;
  const bare: Edge[] = nothing ? [{ from: "person", to: "right", lie: "across", good: false }] : [];
  return { stops, others, edges: [...edges, ...notGiven, ...bare] };
}

interface NodeProps {
  id: string;
  kind: string;
  icon: string;
  caption: ReactNode;
  children: ReactNode;
}

function Node({ id, kind, icon, caption, children }: NodeProps) {
  return (
    <div className={`node ${kind}`} data-node={id}>
      <Icon icon={icon} />
      <div className="grow">
        <span className="soft small">{caption}</span>
        <strong className="wrap">{children}</strong>
      </div>
    </div>
  );
}

function StopShown({ stop, reason, person }: PictureProps & { stop: Stop }) {
  const { t } = useTranslation("explain");
  const { group, key } = stop;
  if (group === undefined) {
    const off = reason.missing?.what === "enabled";
    return (
      <Node id={key} kind={off ? "person off" : "person"} icon={iconUser} caption={t(off ? "off" : "person")}>
        <PageLink to="users" id={reason.user.id} search={{}}>
          <Name cut>{person}</Name>
        </PageLink>
      </Node>
    );
  }
  const name = <Name cut>{group.name}</Name>;
  return (
    <Node id={key} kind="group" icon={iconUserGroup} caption={t(`told.${group.told}`)}>
      {group.foreign === true ? (
        name
      ) : (
        <PageLink to="groups" id={group.id} search={{}}>
          {name}
        </PageLink>
      )}
    </Node>
  );
}

function Card({ way, asked }: { way: Way; asked: string | undefined }) {
  const { t } = useTranslation("explain");
  return (
    <div className={way.unmet.length === 0 ? "node role" : "node role short"} data-node={way.assignment}>
      <Icon icon={iconRoles} />
      <div className="grow">
        <div className="role-head">
          <strong className="wrap grow">
            <PageLink to="roles" id={way.role.id} search={{}}>
              <Name cut>{way.role.name}</Name>
            </PageLink>
          </strong>
          <PageLink to="assignments" id={way.assignment} search={{}}>
            {t("assignment")}
          </PageLink>
        </div>
        <ConditionsShown way={way} asked={asked} />
      </div>
    </div>
  );
}

function NotGiven({ role }: { role: Named }) {
  const { t } = useTranslation("explain");
  return (
    <Node id={role.id} kind="role short" icon={iconRoles} caption={t("notGiven")}>
      <PageLink to="roles" id={role.id} search={{}}>
        <Name cut>{role.name}</Name>
      </PageLink>
    </Node>
  );
}

function RightShown({ right, area, row }: { right: Named; area: Named | null; row: number }) {
  const { t } = useTranslation("explain");
  const named = useRightName(right.name);
  return (
    <div className="goal" style={{ gridRow: row }}>
      <Node id="right" kind="right" icon={iconKey} caption={<bdi>{named.application}</bdi>}>
        <bdi>{named.label}</bdi>
        {named.label !== right.name && <span className="small plain-text">{right.name}</span>}
        {area !== null && (
          <span className="small plain-text">
            {t("in")} <bdi>{area.name}</bdi>
          </span>
        )}
      </Node>
    </div>
  );
}
