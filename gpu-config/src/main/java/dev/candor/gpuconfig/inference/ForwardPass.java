package dev.candor.gpuconfig.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One call of a module. DJL's own {@code Block.forward} leaks the native holders of its inputs when the model fails, so the holders are
 * made and closed here; arrays belong to the batch's manager and go with it.
 */
final class ForwardPass {
    private ForwardPass() {}

    /**
     * Calls {@code forward}.
     *
     * @param names of the outputs wanted, for models that return a dictionary
     * @return the tensors returned: one, a tuple's or list's in order, or a dictionary's in the order of {@code names}
     */
    static List<NDArray> run(PtSymbolBlock module, PtNDManager manager, List<PtNDArray> inputs, List<String> names) {
        return run(module, "forward", manager, inputs, names);
    }

    /** Calls another method of the module, in the same way. */
    static List<NDArray> run(
            PtSymbolBlock module, String method, PtNDManager manager, List<PtNDArray> inputs, List<String> names) {
        IValue[] arguments = new IValue[inputs.size()];
        try {
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = IValue.from(inputs.get(i));
            }
            try (IValue result = IValueUtils.runMethod(module, method, arguments)) {
                List<NDArray> outputs = new ArrayList<>(names.size());
                collect(result, manager, names, outputs);
                return outputs;
            }
        } finally {
            for (IValue argument : arguments) {
                if (argument != null) {
                    argument.close();
                }
            }
        }
    }

    private static void collect(IValue value, PtNDManager manager, List<String> names, List<NDArray> outputs) {
        if (value.isTensor()) {
            outputs.add(value.toTensor(manager));
        } else if (value.isTensorList()) {
            outputs.addAll(List.of(value.toTensorArray(manager)));
        } else if (value.isTuple()) {
            collectAll(List.of(value.toIValueTuple()), manager, names, outputs);
        } else if (value.isMap()) {
            Map<String, IValue> entries = value.toIValueMap();
            try {
                for (String name : names) {
                    IValue entry = entries.get(name);
                    if (entry == null) {
                        throw new OutputMismatchException("the model returns a dictionary without \"" + name + "\"");
                    }
                    collect(entry, manager, names, outputs);
                }
            } finally {
                entries.values().forEach(IValue::close);
            }
        } else if (value.isList()) {
            collectAll(List.of(value.toIValueArray()), manager, names, outputs);
        } else {
            throw new OutputMismatchException(
                    "the model returns something other than tensors; return a tensor, a tuple, a list or a dictionary of tensors");
        }
    }

    private static void collectAll(
            List<IValue> values, PtNDManager manager, List<String> names, List<NDArray> outputs) {
        try {
            for (IValue value : values) {
                collect(value, manager, names, outputs);
            }
        } finally {
            values.forEach(IValue::close);
        }
    }
}
