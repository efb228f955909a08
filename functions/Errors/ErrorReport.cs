using Serverless.Devices;

namespace Serverless.Errors;

/// <summary>An error as it travels through a queue, without what the device wrote about it but for one line.</summary>
/// <param name="App">App id.</param>
/// <param name="Device">Pseudonym.</param>
/// <param name="Version">The release it is about; null when the plugin does not say and it must be found.</param>
/// <param name="Code">The plugin's action.</param>
/// <param name="Line">From <see cref="ErrorLine"/>; empty when the device wrote nothing.</param>
/// <param name="At">When the server heard of it.</param>
internal sealed record ErrorReport(string App, string Device, string? Version, string Code, string Line, DateTimeOffset At)
{
    /// <summary>The parts of the fleet that the device belongs to.</summary>
    public DeviceCells Cells { get; init; }
}

/// <summary>A queue message: as many errors as fit.</summary>
internal sealed record ErrorBatch(IReadOnlyList<ErrorReport> Events);
