using Serverless.Statistics;

namespace Serverless.Tests.Support;

/// <summary>Counts what devices do, for tests that are about something else.</summary>
internal static class UsageStub
{
    public static UsageCounts New(TimeProvider time)
    {
        var known = new KnownVersions();
        return new UsageCounts(known, new ActiveDeviceCounts(known, time), new RecentOffers(), time);
    }
}
