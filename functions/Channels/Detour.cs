using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Channels;

/// <summary>Where a channel leads a part of the fleet instead of a release that was withdrawn there alone.</summary>
/// <param name="Cell">The part of the fleet.</param>
/// <param name="From">The release that is not offered to it.</param>
/// <param name="To">What it is offered instead; null is the bundle inside the app.</param>
internal sealed record Detour(Cell Cell, BundleVersion From, BundleVersion? To = null);
