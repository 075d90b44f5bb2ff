// A made-up estate plan, so that the pages can be looked at without a hub. Not shipped.
const origin = [121.4312, 31.1926];
const metre = [1 / (111_320 * Math.cos((origin[1] * Math.PI) / 180)), 1 / 110_574];
export const at = (x, y) => [origin[0] + x * metre[0], origin[1] + y * metre[1]];

/** Deterministic numbers in [0, 1). */
export function rng(seed) {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const estateNames = [
  ['乐康苑', 'Lekang Court'], ['松韵里', 'Songyun Lane'], ['和平新村', 'Heping Village'], ['芳邻苑', 'Fanglin Court'],
  ['金桂坊', 'Jingui Square'], ['南浜小区', 'Nanbang Estate'], ['翠竹里', 'Cuizhu Lane'], ['东亭新村', 'Dongting Village'],
];

const polygon = (ring) => ({ type: 'Polygon', coordinates: [[...ring, ring[0]].map(([x, y]) => at(x, y))] });
const box = (x, y, w, h) => [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
const feature = (geometry, properties) => ({ type: 'Feature', geometry, properties });

export function build() {
  const random = rng(7);
  const features = [];
  const places = [];
  const devices = [];
  const add = (id, kind, place, x, y, zh, en) => devices.push({ id, kind, place, x, y, zh, en, online: random() > 0.035 });

  for (let e = 0; e < 8; e++) {
    const col = e % 4, row = Math.floor(e / 4);
    const w = 205, h = 250, x0 = col * 232 - 450, y0 = row * 285 - 270;
    const [zh, en] = estateNames[e];
    const id = `leshan/estate-${e + 1}`;
    const cut = 10 + random() * 18;
    features.push(feature(polygon([[x0 + cut, y0], [x0 + w, y0], [x0 + w, y0 + h - cut], [x0 + w - cut, y0 + h], [x0, y0 + h], [x0, y0 + cut]]),
      { id, kind: 'estate', titleZh: zh, titleEn: en }));
    places.push({ id, kind: 'estate', zh, en, x: x0 + w / 2, y: y0 + h / 2 });
    let b = 0;
    for (let r = 0; r < 7; r++) {
      for (let c = 0; c < 2; c++) {
        if (b >= 13 || (r === 3 && c === 1)) continue;
        b++;
        const bx = x0 + 18 + c * 90 + random() * 4, by = y0 + 22 + r * 32, bw = 72 + random() * 8, bh = 11.5;
        const bid = `${id}/building-${String(b).padStart(2, '0')}`;
        features.push(feature(polygon(box(bx, by, bw, bh)), { id: bid, kind: 'building', titleZh: `${b}栋`, titleEn: `${b}` }));
        places.push({ id: bid, kind: 'building', zh: `${zh}${b}栋`, en: `Building ${b}, ${en}`, x: bx + bw / 2, y: by + bh / 2 });
        for (let u = 1; u <= 4; u++) {
          const ux = bx + (bw * (u - 0.5)) / 4;
          const uid = `${bid}/stairwell-${u}`;
          places.push({ id: uid, kind: 'stairwell', zh: `${zh}${b}栋${u}单元`, en: `Stairwell ${u}, Building ${b}, ${en}`, x: ux, y: by + bh / 2 });
          const p = `e${e + 1}-b${String(b).padStart(2, '0')}-u${u}`;
          add(`${p}-line`, 'lineMonitor', uid, ux, by + 2, `${b}栋${u}单元 线路监测`, `Line monitor ${b}-${u}`);
          add(`${p}-door`, 'doorReader', uid, ux, by - 1, `${b}栋${u}单元 门禁`, `Door ${b}-${u}`);
          for (let f = 0; f < 3; f++) add(`${p}-f${f + 2}01-smoke`, 'smokeAlarm', `${uid}/flat-${f + 2}01`, ux - 4 + f * 4, by + 8, `${b}栋${u}单元${f + 2}01 烟感`, `Smoke alarm ${b}-${u}-${f + 2}01`);
          if (random() < 0.25) add(`${p}-f301-elder`, 'elderKit', `${uid}/flat-301`, ux, by + 5, `${b}栋${u}单元301 独居套件`, `Elder kit ${b}-${u}-301`);
        }
      }
    }
    for (let s = 1; s <= 4; s++) {
      const sx = x0 + 112 + (s % 2) * 34, sy = y0 + 118 + Math.floor((s - 1) / 2) * 16;
      const sid = `${id}/shed-${s}`;
      features.push(feature(polygon(box(sx, sy, 30, 8)), { id: sid, kind: 'shed', titleZh: `${s}号车棚`, titleEn: `Shed ${s}` }));
      places.push({ id: sid, kind: 'shed', zh: `${zh}${s}号车棚`, en: `Shed ${s}, ${en}`, x: sx + 15, y: sy + 4 });
      for (let k = 1; k <= 12; k++) add(`e${e + 1}-s${s}-p${String(k).padStart(2, '0')}`, 'chargerPort', `${sid}/bay-${k}`, sx + k * 2.3, sy + 2, `${s}号车棚 ${k}号充电口`, `Port ${k}, shed ${s}`);
      add(`e${e + 1}-s${s}-smoke`, 'shedSmoke', sid, sx + 15, sy + 6, `${s}号车棚 烟感`, `Shed ${s} smoke`);
    }
    const lane = [[x0 + 8, y0 + 12], [x0 + 8, y0 + h - 14], [x0 + w - 10, y0 + h - 14]];
    const lid = `${id}/lane-1`;
    features.push(feature({ type: 'LineString', coordinates: lane.map(([x, y]) => at(x, y)) }, { id: lid, kind: 'lane', titleZh: '消防通道', titleEn: 'Fire lane' }));
    places.push({ id: lid, kind: 'lane', zh: `${zh}1号消防通道`, en: `Fire lane 1, ${en}`, x: x0 + 8, y: y0 + h / 2 });
    add(`e${e + 1}-lane-cam`, 'laneCamera', lid, x0 + 8, y0 + h / 2, '消防通道摄像机', 'Lane camera');
    const gid = `${id}/gate-1`;
    features.push(feature({ type: 'Point', coordinates: at(x0 + w / 2, y0) }, { id: gid, kind: 'gate', titleZh: '南门', titleEn: 'South gate' }));
    places.push({ id: gid, kind: 'gate', zh: `${zh}南门`, en: `South gate, ${en}`, x: x0 + w / 2, y: y0 });
    add(`e${e + 1}-gate`, 'gateReader', gid, x0 + w / 2, y0 + 2, '南门门禁', 'South gate');
  }
  for (const y of [-300, -5, 290]) features.push(feature({ type: 'LineString', coordinates: [at(-520, y), at(520, y)] }, { id: `road${y}`, kind: 'road', titleZh: '乐山路', titleEn: 'Leshan Road' }));
  return { plan: { type: 'FeatureCollection', features }, places, devices };
}
