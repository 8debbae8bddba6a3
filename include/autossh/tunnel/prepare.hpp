// From ssh's answer to the way it is run: what is added to its command line, and where its log is read.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/ssh/client.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/system/private_place.hpp"

#include <functional>
#include <memory>
#include <string>

namespace autossh {

struct Prepared {
    std::shared_ptr<const SshPlan> plan;    ///< never null
    Askable askable;                        ///< who can answer ssh's questions then
    std::shared_ptr<PrivateFolder> folder;  ///< where it is needed and can be made
    std::string doubt;                      ///< why nothing is added; empty where ssh has answered
    std::string complaint;                  ///< what ssh said instead of an answer
};

/// Why an ssh that says no more than this does not answer; `other`: it does not say.
FailureClass class_of_complaint(const std::string& complaint);

/// The first line of a complaint that is more than a warning, fit for a cause; empty where there is none.
std::string reason_in(const std::string& complaint);

/// A client that is not asked.
Prepared unprepared(const TunnelSettings& settings);

/// That of the name in `place`. Null, and logged, where none can be made; null where it is another ssh.
std::shared_ptr<PrivateFolder> private_folder(const Answer& answer, PrivatePlace& place,
                                              const std::string& name, Log& log);

/// Takes ssh's questions in `folder`. False: they cannot be taken, and it has said so.
using TakeQuestions = std::function<bool(const PrivateFolder& folder)>;

/// How ssh is run when it has answered, by a tunnel and as --explain says. `askable`: who could be asked if
/// ssh's questions came to us; `take_questions` is called where they can. `folder`: may be null. Logs each
/// addition.
Prepared prepare(const TunnelSettings& settings, const Answer& answer, Askable askable,
                 const std::shared_ptr<PrivateFolder>& folder, const TakeQuestions& take_questions, Log& log);

/// The same where nothing can be had in our folder: nothing is heard of ssh. `askable`: as they were found.
Prepared prepare_without_folder(const TunnelSettings& settings, const Answer& answer, Askable askable,
                                Log& log);

}  // namespace autossh
