#include "sharing/part.hpp"

#include "objects/module.hpp"
#include "sharing/sharing.hpp"

namespace orochi {

SharingPart& sharing_part(ThreadState& ts) {
    void*& part = ts.interpreter().parts[size_t(Part::kSharing)];
    if (!part) {
        auto* made = new SharingPart();
        made->exports = std::make_shared<Exports>();
        made->exports->interpreter = &ts.interpreter();
        Sharing& sharing = sharing_of(ts.runtime());
        base::MutexGuard guard(sharing.mutex);
        std::erase_if(sharing.exports, [](auto& each) { return each.expired(); });
        sharing.exports.push_back(made->exports);
        part = made;
    }
    return *static_cast<SharingPart*>(part);
}

Result<SharingPart*> sharing_part_with_types(ThreadState& ts) {
    SharingPart& part = sharing_part(ts);
    if (!part.mailbox_type) {
        TRY(import_module(ts, "_interpreters"_n));
        if (!part.mailbox_type) return raise(ts, PyExc_ImportError, "the module _interpreters is not the built-in one");
    }
    return &part;
}

}  // namespace orochi
