// The query in other tools: snippets to copy, and a notebook to open.

import { Button, CopyButton, Modal, Tabs } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { save } from "../../api/client";
import { notebook, snippets } from "../../sql/snippets";
import classes from "./hunt.module.css";

export function Elsewhere({ sql }: { sql: string }) {
  const [opened, { open, close }] = useDisclosure(false);
  const place = { server: location.origin, host: location.hostname };
  const list = snippets(sql, place);
  return (
    <>
      <Button variant="default" onClick={open}>
        Open in …
      </Button>
      <Modal opened={opened} onClose={close} title="The same query elsewhere" size="xl">
        <Tabs defaultValue={list[0]?.name ?? ""}>
          <Tabs.List>
            {list.map((snippet) => (
              <Tabs.Tab key={snippet.name} value={snippet.name}>
                {snippet.name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {list.map((snippet) => (
            <Tabs.Panel key={snippet.name} value={snippet.name}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
              <pre className={classes.snippet} tabIndex={0}>
                {snippet.text}
              </pre>
              <CopyButton value={snippet.text}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy}>
                    {copied ? "Copied" : "Copy"}
                  </Button>
                )}
              </CopyButton>
            </Tabs.Panel>
          ))}
        </Tabs>
        <p className="soft">Keys are made under Admin, Keys; a key sees what its maker allows it to see.</p>
        <Button
          variant="default"
          onClick={() => save("margay.ipynb", notebook(sql, "Hunt", place), "application/x-ipynb+json")}
        >
          Save as a Jupyter notebook
        </Button>
      </Modal>
    </>
  );
}
