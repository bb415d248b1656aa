package dev.candor.torchscript;

import dev.candor.torchscript.Archive.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a zip archive (APPNOTE 6.3.10), accepted only in the form in which every reader agrees on what it says: it ends the
 * file, it is contiguous, no two entries overlap or differ by case alone (libtorch looks names up without regard to case), and each
 * entry's own header repeats the directory. Zip64 records are understood, since PyTorch always writes one.
 */
final class ArchiveDirectory {
    private static final int END = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_SIZE = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_SIZE = 56;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_SIZE = 30;
    private static final int DESCRIPTOR_FOLLOWS = 0x0008;
    private static final int UTF_8_NAME = 0x0800;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int MOST_NAME_BYTES = 1024;

    private final ByteSource source;
    private final long start;
    private final List<Located> located = new ArrayList<>();

    private ArchiveDirectory(ByteSource source, long start) {
        this.source = source;
        this.start = start;
    }

    /** An entry under its full name, with the extent of header and data. */
    private record Located(String path, Entry entry, long header) {}

    /** Where the directory lies. */
    private record Extent(long start, long size, long count) {}

    /** Reads the directory; the entries come without the folder they share. */
    static SortedMap<String, Entry> read(ByteSource source, InspectionLimits limits) throws IOException {
        if (source.size() > limits.fileBytes()) {
            throw InvalidModelException.because(
                    "the model file has " + source.size() + " bytes; at most " + limits.fileBytes() + " are accepted");
        }
        Extent extent = extent(source, limits);
        ArchiveDirectory directory = new ArchiveDirectory(source, extent.start);
        ByteBuffer central = Archive.bytes(source, extent.start, Math.toIntExact(extent.size));
        for (long i = 0; i < extent.count; i++) {
            directory.entry(central);
        }
        if (central.hasRemaining()) {
            throw InvalidModelException.because(
                    "the model file's zip directory is longer than its entries; the file is damaged");
        }
        directory.refuseOverlaps();
        return directory.withoutFolder();
    }

    private static Extent extent(ByteSource source, InspectionLimits limits) throws IOException {
        long endAt = source.size() - END_SIZE;
        ByteBuffer end = endAt < 0 ? ByteBuffer.allocate(0) : Archive.bytes(source, endAt, END_SIZE);
        if (end.remaining() < END_SIZE || end.getInt() != END) {
            throw InvalidModelException.because(
                    "the file is no TorchScript archive: it does not end with a zip directory;"
                            + " save the model with torch.jit.save");
        }
        long disks = end.getInt() & IN_ZIP64;
        long countHere = end.getShort() & 0xffff;
        long count = end.getShort() & 0xffff;
        long size = end.getInt() & IN_ZIP64;
        long start = end.getInt() & IN_ZIP64;
        long comment = end.getShort() & 0xffff;
        if (disks != 0 || countHere != count || comment != 0) {
            throw InvalidModelException.because(
                    "the model file is a zip archive in several parts or with a comment; save it again");
        }
        long directoryEnd = endAt;
        long locatorAt = endAt - LOCATOR_64_SIZE;
        ByteBuffer locator = locatorAt < 0 ? ByteBuffer.allocate(0) : Archive.bytes(source, locatorAt, LOCATOR_64_SIZE);
        if (locator.hasRemaining() && locator.getInt() == LOCATOR_64) {
            directoryEnd = locatorAt - END_64_SIZE;
            boolean atEnd = locator.getInt() == 0 && locator.getLong() == directoryEnd && locator.getInt() == 1;
            ByteBuffer end64 = directoryEnd < 0 || !atEnd
                    ? ByteBuffer.allocate(0)
                    : Archive.bytes(source, directoryEnd, END_64_SIZE);
            if (end64.remaining() < END_64_SIZE || end64.getInt() != END_64 || end64.getLong() != END_64_SIZE - 12) {
                throw InvalidModelException.because(
                        "the model file's zip64 directory does not fit the file; the file is damaged");
            }
            end64.getInt();
            long disks64 = end64.getLong();
            long countHere64 = end64.getLong();
            long count64 = end64.getLong();
            long size64 = end64.getLong();
            long start64 = end64.getLong();
            boolean same = disks64 == 0
                    && countHere64 == count64
                    && (count == 0xffff || count == count64)
                    && (size == IN_ZIP64 || size == size64)
                    && (start == IN_ZIP64 || start == start64);
            if (!same) {
                throw InvalidModelException.because(
                        "the model file's two zip directories contradict each other; the file is damaged");
            }
            count = count64;
            size = size64;
            start = start64;
        }
        if (count < 0 || count > limits.entries()) {
            throw InvalidModelException.because("the model file holds " + Long.toUnsignedString(count)
                    + " files; at most " + limits.entries() + " are accepted");
        }
        boolean fits = start >= 0 && size >= 0 && start <= directoryEnd && size == directoryEnd - start;
        if (!fits || size > count * (CENTRAL_SIZE + 2L * MOST_NAME_BYTES)) {
            throw InvalidModelException.because(
                    "the model file's zip directory does not fit the file; the file is damaged");
        }
        return new Extent(start, size, count);
    }

    private void entry(ByteBuffer central) throws IOException {
        if (central.remaining() < CENTRAL_SIZE || central.getInt() != CENTRAL) {
            throw InvalidModelException.because("the model file's zip directory is damaged");
        }
        central.getInt();
        int flags = central.getShort() & 0xffff;
        int method = central.getShort() & 0xffff;
        central.getInt();
        long crc = central.getInt() & IN_ZIP64;
        long packed = central.getInt() & IN_ZIP64;
        long size = central.getInt() & IN_ZIP64;
        int nameLength = central.getShort() & 0xffff;
        int extraLength = central.getShort() & 0xffff;
        int commentLength = central.getShort() & 0xffff;
        central.getShort();
        central.getShort();
        central.getInt();
        long header = central.getInt() & IN_ZIP64;
        if (nameLength > MOST_NAME_BYTES || central.remaining() < nameLength + extraLength + commentLength) {
            throw InvalidModelException.because("the model file's zip directory is damaged");
        }
        byte[] name = new byte[nameLength];
        central.get(name);
        String path = path(name);
        ByteBuffer extra = central.slice(central.position(), extraLength).order(central.order());
        central.position(central.position() + extraLength + commentLength);
        if (packed == IN_ZIP64 || size == IN_ZIP64 || header == IN_ZIP64) {
            ByteBuffer wide = zip64(extra, path);
            size = size == IN_ZIP64 ? wide(wide, path) : size;
            packed = packed == IN_ZIP64 ? wide(wide, path) : packed;
            header = header == IN_ZIP64 ? wide(wide, path) : header;
        }
        if ((flags & ~(DESCRIPTOR_FOLLOWS | UTF_8_NAME)) != 0 || (method != STORED && method != DEFLATED)) {
            throw InvalidModelException.in(
                    path, "is encrypted or packed by a method that PyTorch does not read; save the model again");
        }
        if (packed < 0 || size < 0 || header < 0 || packed > start || header > start - packed) {
            throw InvalidModelException.in(path, "lies outside of the file; the file is damaged");
        }
        if (method == STORED && packed != size) {
            throw InvalidModelException.in(path, "has two sizes though it is not compressed; the file is damaged");
        }
        Entry entry = new Entry(path, method == DEFLATED, packed, size, crc, header);
        long position = dataPosition(entry, name, flags, method);
        located.add(new Located(path, new Entry(path, method == DEFLATED, packed, size, crc, position), header));
    }

    /** Where the entry's bytes start, by its own header, which must say what the directory says. */
    private long dataPosition(Entry entry, byte[] name, int flags, int method) throws IOException {
        if (entry.position() > start - LOCAL_SIZE - name.length) {
            throw InvalidModelException.in(entry.name(), "lies outside of the file; the file is damaged");
        }
        ByteBuffer local = Archive.bytes(source, entry.position(), LOCAL_SIZE + name.length);
        boolean same = local.getInt() == LOCAL;
        local.getShort();
        same &= (local.getShort() & 0xffff) == flags;
        same &= (local.getShort() & 0xffff) == method;
        local.getInt();
        long crc = local.getInt() & IN_ZIP64;
        long packed = local.getInt() & IN_ZIP64;
        long size = local.getInt() & IN_ZIP64;
        // Where a descriptor follows the data, the header may leave these at zero.
        boolean open = (flags & DESCRIPTOR_FOLLOWS) != 0 && crc == 0 && packed == 0 && size == 0;
        boolean repeated = crc == entry.crc()
                && (packed == entry.packed() || packed == IN_ZIP64)
                && (size == entry.size() || size == IN_ZIP64);
        int nameLength = local.getShort() & 0xffff;
        int extraLength = local.getShort() & 0xffff;
        same &= (open || repeated) && nameLength == name.length && Archive.matches(local, name);
        long position = entry.position() + LOCAL_SIZE + name.length + extraLength;
        if (!same || position > start - entry.packed()) {
            throw InvalidModelException.in(
                    entry.name(), "has a header that contradicts the archive's directory; the file is damaged");
        }
        return position;
    }

    private static ByteBuffer zip64(ByteBuffer extra, String path) {
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int length = extra.getShort() & 0xffff;
            if (length > extra.remaining()) {
                break;
            }
            if (id == 1) {
                return extra.slice(extra.position(), length).order(extra.order());
            }
            extra.position(extra.position() + length);
        }
        throw InvalidModelException.in(path, "lacks its zip64 sizes; the file is damaged");
    }

    private static long wide(ByteBuffer fields, String path) {
        if (fields.remaining() < 8) {
            throw InvalidModelException.in(path, "lacks its zip64 sizes; the file is damaged");
        }
        return fields.getLong();
    }

    private static String path(byte[] name) {
        String path;
        try {
            path = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            throw InvalidModelException.because("a file name inside the model file is not UTF-8; save the model again");
        }
        boolean sound = !path.isEmpty() && path.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':');
        for (String part : path.split("/", -1)) {
            sound &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
        }
        if (!sound) {
            throw InvalidModelException.in(
                    path, "has a name that leads out of the archive or nowhere; save the model again");
        }
        return path;
    }

    private void refuseOverlaps() {
        located.sort(Comparator.comparingLong(Located::header));
        long free = 0;
        for (Located each : located) {
            if (each.header < free) {
                throw InvalidModelException.in(
                        each.path, "shares bytes with another entry of the archive; save the model again");
            }
            free = each.entry.position() + each.entry.packed();
        }
    }

    private SortedMap<String, Entry> withoutFolder() {
        SortedMap<String, Entry> entries = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        @Nullable String folder = null;
        for (Located each : located) {
            int slash = each.path.indexOf('/');
            String first = each.path.substring(0, slash + 1);
            if (slash < 1 || (folder != null && !folder.equals(first))) {
                throw InvalidModelException.in(
                        each.path, "does not lie in the one folder that holds a TorchScript archive");
            }
            folder = first;
            String name = each.path.substring(slash + 1);
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw InvalidModelException.in(
                        each.path, "is there twice, or differs from another entry by case alone");
            }
            Entry entry = each.entry;
            entries.put(
                    name,
                    new Entry(name, entry.deflated(), entry.packed(), entry.size(), entry.crc(), entry.position()));
        }
        return entries;
    }
}
