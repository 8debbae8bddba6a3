// What somebody outside may ask a tunnel for.
#pragma once

namespace autossh {

/// Weakest first. The strongest that was asked counts.
enum class Request {
    none,
    retry,    ///< do not wait any longer to start ssh; means nothing while it runs
    restart,  ///< end ssh and start another
    stop,     ///< end ssh and end
};

}  // namespace autossh
