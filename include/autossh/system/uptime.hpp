// Whether the machine, or the container that we are the first process of, has just been started.
#pragma once

namespace autossh {

/// What ran here before may not have taken leave of its servers. False where the system does not tell.
bool has_just_booted();

}  // namespace autossh
