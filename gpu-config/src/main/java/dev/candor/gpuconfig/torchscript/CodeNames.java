package dev.candor.gpuconfig.torchscript;

/** How names in the code of an archive map to entries. */
final class CodeNames {
    /** Where code lies in the archive. */
    static final String FOLDER = "code/";

    /** How code ends. */
    static final String CODE = ".py";

    /** How the positions of code ends. */
    static final String DEBUG = ".debug_pkl";

    private static final String NATIVE = "__torch__.torch.classes";

    private CodeNames() {}

    /** Whether the name is that of a class written in C++, whose state is read by code of its own. */
    static boolean isNative(String name) {
        return name.equals(NATIVE) || name.startsWith(NATIVE + ".");
    }

    /** The namespace whose classes and functions the entry {@code code/<namespace>.py} holds. */
    static String namespace(String entry) {
        return entry.substring(FOLDER.length(), entry.length() - CODE.length()).replace('/', '.');
    }
}
