// Events as a table on paper.
import type { Row } from "../../api/types";
import { Severity, words } from "../../parts/labels";
import { Time } from "../../parts/Time";
import { Untrusted } from "../../parts/Untrusted";

export function EventTable({ rows }: { rows: Row[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">First seen</th>
          <th scope="col">Severity</th>
          <th scope="col">What</th>
          <th scope="col">ATT&CK</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <Time at={row.first_seen} seconds={false} />
            </td>
            <td>
              <Severity value={row.severity} />
            </td>
            <td>
              <Untrusted text={row.title} max={140} defanged />
            </td>
            <td className="mono">{row.techniques.join(" ")}</td>
            <td>{words(row.state)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
