namespace Serverless.Simulation;

/// <summary>Azure Device Update's rollback policy: so many failures and such a share of the devices, at any moment.</summary>
internal sealed class DeviceUpdateRule : IHaltRule
{
    private const double FailedShare = 0.05;
    private const int FailedCount = 10;

    public long? FindHalt(Life life)
    {
        for (var heard = FailedCount - 1; heard < life.HeardAt.Length; heard++)
        {
            if (heard + 1 >= FailedShare * life.HeardAt[heard])
            {
                return life.HeardAt[heard];
            }
        }

        return null;
    }
}
