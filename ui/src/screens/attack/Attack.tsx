// The screen "ATT&CK".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Attack() {
  return (
    <Page title="ATT&CK">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
