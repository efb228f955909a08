using Serverless.Ledger;

namespace Serverless.Rollouts;

/// <summary>What the ledger says of pins.</summary>
internal static class PinActs
{
    public static LedgerEntry Pinned(string actor, Pin pin) => new(LedgerKind.DevicePinned, actor, $"{pin.Device}", $"{pin}");

    /// <param name="actor">Who takes it away.</param>
    /// <param name="pin">As it was.</param>
    public static LedgerEntry Unpinned(string actor, Pin pin) => new(LedgerKind.DeviceUnpinned, actor, $"{pin.Device}", $"was pinned {pin}");
}
