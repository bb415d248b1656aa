package dev.candor.torchscript;

import java.util.Set;

/** Names and words in the code of an archive, and how names map to entries. */
final class CodeNames {
    /** Where code lies in the archive. */
    static final String FOLDER = "code/";

    /** How code ends. */
    static final String CODE = ".py";

    /** How the positions of code ends. */
    static final String DEBUG = ".debug_pkl";

    /** Words of the language that stand in functions. */
    static final Set<String> KEYWORDS =
            words("return if else for in while not and or is None True False pass break continue");

    /** Words of the language that PyTorch never writes into archives. */
    static final Set<String> UNWRITTEN = words(
            "class import from as lambda try except finally with global nonlocal del yield async await raise assert elif");

    private static final String NATIVE = "__torch__.torch.classes";

    private CodeNames() {}

    private static Set<String> words(String words) {
        return Set.of(words.split(" ", -1));
    }

    /** Whether the name is that of a class written in C++, whose state is read by code of its own. */
    static boolean isNative(String name) {
        return name.equals(NATIVE) || name.startsWith(NATIVE + ".");
    }

    /** The namespace whose classes and functions the entry {@code code/<namespace>.py} holds. */
    static String namespace(String entry) {
        return entry.substring(FOLDER.length(), entry.length() - CODE.length()).replace('/', '.');
    }
}
