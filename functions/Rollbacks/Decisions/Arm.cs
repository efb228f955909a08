namespace Serverless.Rollbacks.Decisions;

/// <summary>One side of a comparison: distinct devices, and how many of them failed.</summary>
internal readonly record struct Arm(long Devices, long Failed)
{
    /// <summary>Devices that have not failed; the silent ones among them.</summary>
    public long Good => Math.Max(Devices - Failed, 0);

    /// <summary>Share that failed, from 0 to 1; 0 of nobody.</summary>
    public double Rate => Devices <= 0 ? 0 : Math.Min((double)Failed / Devices, 1);

    /// <summary>Log likelihood of these counts when each device fails with this probability; 0 · ln 0 is 0.</summary>
    public double LogLikelihood(double rate) =>
        (Failed == 0 ? 0 : Failed * double.Log(rate)) + (Good == 0 ? 0 : Good * double.LogP1(-rate));

    /// <summary>What is left without a part. Counters that were read a moment apart never leave less than nothing, or more failures than devices.</summary>
    public static Arm operator -(Arm whole, Arm part)
    {
        var devices = Math.Max(whole.Devices - part.Devices, 0);
        return new Arm(devices, Math.Clamp(whole.Failed - part.Failed, 0, devices));
    }

    public static Arm operator +(Arm a, Arm b) => new(a.Devices + b.Devices, a.Failed + b.Failed);
}
