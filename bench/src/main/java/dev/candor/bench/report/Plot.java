package dev.candor.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over two axes, as SVG. Not thread-safe. */
final class Plot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 380;
    private static final int LEFT = 74;
    private static final int RIGHT = 30;
    private static final int TOP = 16;
    private static final int BOTTOM = 48;
    private static final int LEGEND_ROW = 18;
    private static final List<String> COLOURS =
            List.of("#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#b91c1c", "#0e7490", "#a16207", "#be185d", "#475569");

    private final String xTitle;
    private final String yTitle;
    private final Scale x;
    private final Scale y;
    private final List<Line> lines = new ArrayList<>();

    /** How numbers become places. */
    enum Scale {
        /** From zero on. */
        LINEAR,
        /** In powers of ten. */
        LOGARITHMIC,
        /** A part p of all as the logarithm of 1 / (1 - p): 0, 90 %, 99 %, ... are equally far apart. */
        PERCENTILE
    }

    /** A point. */
    record Point(double x, double y) {}

    private record Line(String name, List<Point> points) {}

    Plot(String xTitle, Scale x, String yTitle, Scale y) {
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.x = x;
        this.y = y;
    }

    /** Adds a line; what cannot stand on an axis (no number, or zero on a logarithmic one) is left out. */
    Plot line(String name, List<Point> points) {
        List<Point> shown = points.stream()
                .filter(point -> fits(x, point.x()) && fits(y, point.y()))
                .toList();
        if (!shown.isEmpty()) {
            lines.add(new Line(name, shown));
        }
        return this;
    }

    private static boolean fits(Scale scale, double value) {
        return switch (scale) {
            case LINEAR -> Double.isFinite(value) && value >= 0;
            case LOGARITHMIC -> Double.isFinite(value) && value > 0;
            case PERCENTILE -> value >= 0 && value < 1;
        };
    }

    boolean empty() {
        return lines.isEmpty();
    }

    /** The drawing. */
    String svg() {
        Axis across = Axis.of(
                x,
                lines.stream()
                        .flatMap(line -> line.points().stream())
                        .mapToDouble(Point::x)
                        .toArray());
        Axis up = Axis.of(
                y,
                lines.stream()
                        .flatMap(line -> line.points().stream())
                        .mapToDouble(Point::y)
                        .toArray());
        int height = HEIGHT + LEGEND_ROW * lines.size();
        StringBuilder svg = new StringBuilder(4096);
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s over %s\">",
                WIDTH,
                height,
                Html.text(yTitle),
                Html.text(xTitle)));
        for (Axis.Tick tick : across.ticks()) {
            double at = LEFT + tick.at() * (WIDTH - LEFT - RIGHT);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                    at,
                    TOP,
                    at,
                    HEIGHT - BOTTOM));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    at,
                    HEIGHT - BOTTOM + 18,
                    tick.label()));
        }
        for (Axis.Tick tick : up.ticks()) {
            double at = HEIGHT - BOTTOM - tick.at() * (HEIGHT - TOP - BOTTOM);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
                    LEFT,
                    at,
                    WIDTH - RIGHT,
                    at));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 6,
                    at + 4,
                    tick.label()));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"title\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 10,
                Html.text(xTitle)));
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"title\" transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2,
                Html.text(yTitle)));
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), across, up, HEIGHT + LEGEND_ROW * i + 10);
        }
        return svg.append("</svg>").toString();
    }

    private static void draw(StringBuilder svg, Line line, String colour, Axis across, Axis up, int legend) {
        StringBuilder path = new StringBuilder();
        boolean marks = line.points().size() <= 40;
        for (Point point : line.points()) {
            double px = LEFT + across.place(point.x()) * (WIDTH - LEFT - RIGHT);
            double py = HEIGHT - BOTTOM - up.place(point.y()) * (HEIGHT - TOP - BOTTOM);
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", px, py));
            if (marks) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s: %s, %s</title></circle>",
                        px,
                        py,
                        colour,
                        Html.text(line.name()),
                        Axis.number(point.x()),
                        Axis.number(point.y())));
            }
        }
        svg.append(String.format(
                Locale.ROOT,
                "<polyline points=\"%s\" stroke=\"%s\"/>",
                path.toString().strip(),
                colour));
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>",
                LEFT,
                legend - 4,
                LEFT + 22,
                legend - 4,
                colour));
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text>", LEFT + 28, legend, Html.text(line.name())));
    }
}
