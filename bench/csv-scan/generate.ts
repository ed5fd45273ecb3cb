/** The texts that the CSV benchmark scans, with what a scan must find in them. */

export interface GeneratedColumn {
  readonly name: string;
  readonly position: number;
  readonly isNumber: boolean;
}

export interface Generated {
  readonly name: string;
  readonly text: Uint8Array;
  readonly delimiter: string;
  readonly fieldCount: number;
  /** The columns that are read; the last one is a number. */
  readonly columns: readonly GeneratedColumn[];
  readonly rows: number;
  /** Of the last column. */
  readonly sum: number;
}

const stations = (
  'Abha,Abidjan,Accra,Addis Ababa,Adelaide,Algiers,Alice Springs,Almaty,Amsterdam,Anchorage,' +
  'Ankara,Asunción,Athens,Auckland,Baghdad,Baku,Bangkok,Barcelona,Beijing,Belgrade,Berlin,Bogotá,' +
  'Bosaso,Bratislava,Brussels,Bulawayo,Cairo,Chicago,Copenhagen,Da Lat,Dakar,Dampier,Darwin,' +
  'Dolisie,Dublin,Edinburgh,Flores,Petén,Ghanzi,Hamburg,Harare,Hat Yai,Ho Chi Minh City,Irkutsk,' +
  'Jakarta,Kumasi,Kuala Lumpur,Las Palmas de Gran Canaria,Lima,Luanda,Lyon,Mahajanga,Malé,Mek’ele,' +
  'Mexicali,Napier,Nuuk,Odesa,Oslo,Palembang,Petropavlovsk-Kamchatsky,Portland (OR),Reykjavík,' +
  'Rostov-on-Don,San José,Ségou,Tegucigalpa,Tromsø,Ürümqi,Wichita,Xi’an,Zürich'
).split(',');

/** A generator of 32-bit numbers from a seed (xorshift; Marsaglia, 2003). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

class Text {
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(1 << 24);
  #length = 0;

  append(text: string): void {
    if (this.#length + 3 * text.length > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#bytes.length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** `Hamburg;-12.3` */
export function stationLines(rows: number): Generated {
  const random = createRandom(42);
  const text = new Text();
  let tenths = 0;
  for (let i = 0; i < rows; i++) {
    const value = (random() % 1399) - 499;
    tenths += value;
    text.append(`${stations[random() % stations.length]};${(value / 10).toFixed(1)}\n`);
  }
  const columns = [
    { name: 'station', position: 0, isNumber: false },
    { name: 'temperature', position: 1, isNumber: true },
  ];
  const base = { name: 'stations', delimiter: ';', fieldCount: 2, columns, rows };
  return { ...base, text: text.finish(), sum: tenths / 10 };
}

/** `17,"ACME","sell, short",2024-01-15T10:20:30,1200,153.25,"XNAS",ok`; four of the eight are read. */
export function tradeLines(rows: number): Generated {
  const random = createRandom(7);
  const text = new Text();
  let cents = 0;
  for (let i = 0; i < rows; i++) {
    const price = 100 + (random() % 999_900);
    cents += price;
    const side = random() & 1 ? '"buy"' : '"sell, short"';
    const second = String(random() % 60).padStart(2, '0');
    text.append(
      `${i},"SYM${random() % 500}",${side},2024-01-15T10:20:${second},${random() % 10_000},` +
        `${(price / 100).toFixed(2)},"XNAS",ok\n`,
    );
  }
  const columns = [
    { name: 'symbol', position: 1, isNumber: false },
    { name: 'side', position: 2, isNumber: false },
    { name: 'quantity', position: 4, isNumber: true },
    { name: 'price', position: 5, isNumber: true },
  ];
  const base = { name: 'trades', delimiter: ',', fieldCount: 8, columns, rows };
  return { ...base, text: text.finish(), sum: cents / 100 };
}
