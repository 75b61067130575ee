#!/usr/bin/env python3
"""Writes a small OpenStreetMap extract: two towns with named streets, and the road between them.

usage: extract.py REGION FILE

The towns are at their real coordinates; their streets are invented, so no map has to be downloaded. The file is a
real .osm.pbf, the only format that Valhalla builds tiles from. The same region gives the same bytes.
"""

import math
import os
import struct
import sys
import zlib

# The centres of two towns, and the name of the road between them: Grenoble and Lyon, Rennes and Brest.
REGIONS = {
    "aura": ((45.1885, 5.7245), (45.7640, 4.8357), "Route du Dauphiné"),
    "bretagne": ((48.1113, -1.6800), (48.3904, -4.4861), "Route de l'Armorique"),
}
AVENUES = ["de la Gare", "des Alpes", "du Port", "Centrale", "des Tilleuls", "de la République", "du Parc", "des Écoles", "du Marché"]
STREETS = ["des Lilas", "du Moulin", "de la Fontaine", "du Four", "du Centre", "des Jardins", "de l'Église", "du Lavoir", "des Remparts"]
# How far apart the crossings of a town and the bends of the road are, in metres.
BLOCK = 150
BEND = 2000
METRES_PER_DEGREE = 111_320
# Coordinates are whole numbers of this many billionths of a degree.
GRANULARITY = 100


class Map:
    """Nodes and ways, numbered from 1."""

    def __init__(self):
        self.nodes = []
        self.ways = []

    def node(self, latitude, longitude):
        self.nodes.append((latitude, longitude))
        return len(self.nodes)

    def way(self, nodes, **tags):
        self.ways.append((nodes, tags))


def town(drawn, latitude, longitude):
    """Draws a grid of streets around a centre. Returns the node in the centre."""
    north = BLOCK / METRES_PER_DEGREE
    east = north / math.cos(math.radians(latitude))
    rows, columns = len(STREETS), len(AVENUES)
    grid = [
        [drawn.node(latitude + (row - rows // 2) * north, longitude + (column - columns // 2) * east) for column in range(columns)]
        for row in range(rows)
    ]
    for row, street in enumerate(STREETS):
        kind = "secondary" if row == rows // 2 else "residential"
        drawn.way(grid[row], highway=kind, name=f"Rue {street}", maxspeed="30")
    for column, avenue in enumerate(AVENUES):
        kind = "primary" if column == columns // 2 else "residential"
        drawn.way([line[column] for line in grid], highway=kind, name=f"Avenue {avenue}", maxspeed="50")
    return grid[rows // 2][columns // 2]


def road(drawn, name, start, end):
    """Draws a road between two nodes, slightly bent as roads are."""
    (south, west), (north, east) = drawn.nodes[start - 1], drawn.nodes[end - 1]
    height = (north - south) * METRES_PER_DEGREE
    width = (east - west) * METRES_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    steps = max(2, round(math.hypot(height, width) / BEND))
    between = []
    for step in range(1, steps):
        part = step / steps
        bend = 0.01 * math.sin(part * math.pi * 6)
        between.append(drawn.node(south + (north - south) * part + bend, west + (east - west) * part))
    drawn.way([start, *between, end], highway="trunk", name=name, maxspeed="110")


def varint(number):
    """A number as protocol buffers write it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    """One field of a message: a number, or bytes with their length before them."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def packed(numbers):
    return b"".join(map(varint, numbers))


def deltas(numbers):
    """Signed differences to the number before, with the sign in the lowest bit."""
    before = 0
    out = []
    for number in numbers:
        difference, before = number - before, number
        out.append(difference << 1 if difference >= 0 else (-difference << 1) - 1)
    return packed(out)


def block(kind, content):
    """A block of the file: the length of its header, the header, and the content."""
    blob = field(2, len(content)) + field(3, zlib.compress(content, 9))
    header = field(1, kind) + field(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def encode(drawn):
    """The map as the bytes of a .osm.pbf file."""
    # The first text is empty: 0 separates the tags of nodes.
    texts = [""]
    texts += sorted({text for _, tags in drawn.ways for tag in tags.items() for text in tag})
    index = {text: number for number, text in enumerate(texts)}
    unit = 1_000_000_000 / GRANULARITY
    dense = field(1, deltas(range(1, len(drawn.nodes) + 1)))
    dense += field(8, deltas(round(latitude * unit) for latitude, _ in drawn.nodes))
    dense += field(9, deltas(round(longitude * unit) for _, longitude in drawn.nodes))
    ways = b""
    for number, (nodes, tags) in enumerate(drawn.ways, start=1):
        way = field(1, number)
        way += field(2, packed(index[key] for key in tags)) + field(3, packed(index[value] for value in tags.values()))
        ways += field(3, way + field(8, deltas(nodes)))
    table = b"".join(field(1, text.encode()) for text in texts)
    # Nodes come before ways, in groups of their own.
    content = field(1, table) + field(2, field(2, dense)) + field(2, ways) + field(17, GRANULARITY)
    header = field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes") + field(16, b"core-monitor-demo")
    return block(b"OSMHeader", header) + block(b"OSMData", content)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in REGIONS:
        sys.exit(f"{__doc__.split(chr(10) * 2)[1]}\nREGION is one of: {', '.join(REGIONS)}")
    *towns, name = REGIONS[sys.argv[1]]
    drawn = Map()
    start, end = [town(drawn, *one) for one in towns]
    road(drawn, name, start, end)
    # Whoever mounts the file sees all of it or nothing.
    draft = f"{sys.argv[2]}.draft"
    with open(draft, "wb") as file:
        file.write(encode(drawn))
    # The user in the container is another one.
    os.chmod(draft, 0o644)
    os.replace(draft, sys.argv[2])


if __name__ == "__main__":
    main()
