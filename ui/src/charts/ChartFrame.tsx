// What every chart has around it: a title, a sentence that says what it shows, its data as a table, and files of it.

import { type ReactNode, useId, useState } from "react";
import { save } from "../api/client";
import styles from "./charts.module.css";
import { DataTable } from "./DataTable";
import { csv, type Data, fileName } from "./save";

/** How a chart gives pictures of itself. */
export interface Images {
  png: () => Promise<Blob | null>;
  svg: () => string;
}

interface Props {
  title: string;
  /** One sentence for those who cannot see the chart; it is shown to all. */
  summary: string;
  data: Data;
  images?: Images | undefined;
  /** Controls of the chart's own, between the title and the buttons. */
  controls?: ReactNode;
  children: ReactNode;
}

export function ChartFrame({ title, summary, data, images, controls, children }: Props) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <figure className={styles.frame} aria-labelledby={id}>
      <header className={styles.head}>
        <h3 id={id}>{title}</h3>
        {controls}
        <div className={styles.tools}>
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? "Chart" : "Data"}
          </button>
          <button
            type="button"
            aria-label={`Save the data of “${title}” as CSV`}
            onClick={() => save(fileName(title, "csv"), csv(data), "text/csv")}
          >
            CSV
          </button>
          {images && !asTable && <ImageButtons title={title} images={images} />}
        </div>
      </header>
      <figcaption className={styles.summary}>{summary}</figcaption>
      {asTable ? <DataTable data={data} caption={`Data of “${title}”`} /> : children}
    </figure>
  );
}

function ImageButtons({ title, images }: { title: string; images: Images }) {
  async function savePng() {
    const blob = await images.png();
    if (blob) {
      save(fileName(title, "png"), blob);
    }
  }
  return (
    <>
      <button type="button" aria-label={`Save “${title}” as PNG`} onClick={savePng}>
        PNG
      </button>
      <button
        type="button"
        aria-label={`Save “${title}” as SVG`}
        onClick={() => save(fileName(title, "svg"), images.svg(), "image/svg+xml")}
      >
        SVG
      </button>
    </>
  );
}
