namespace Serverless.Devices.Erasure;

/// <summary>What was held about a device, and is held no more. It does not say which device.</summary>
/// <param name="DryRun">Nothing was changed.</param>
/// <param name="Outcomes">Rows on how a release went there, one a release and one a rollout in whose control it was. The tallies they were counted in stay.</param>
/// <param name="Pins">Whether it was led elsewhere: 1 or 0.</param>
/// <param name="Keys">Whether it had enrolled a key, good or revoked: 1 or 0.</param>
/// <param name="Codes">Codes that only it could enrol a key with.</param>
/// <param name="ChosenChannels">Whether the server kept a channel for it: 1 or 0.</param>
internal sealed record ErasedDevice(bool DryRun, int Outcomes, int Pins, int Keys, int Codes, int ChosenChannels)
{
    public bool IsNothing => this is { Outcomes: 0, Pins: 0, Keys: 0, Codes: 0, ChosenChannels: 0 };

    /// <summary>For the ledger.</summary>
    public override string ToString() => $"{Outcomes} outcomes, {Pins} pins, {Keys} keys, {Codes} codes, {ChosenChannels} chosen channels";
}
