using Serverless.Access.Sessions;
using Serverless.Dashboard;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Enrolment;
using Serverless.Health;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Keys;
using Serverless.Notices;
using Serverless.Signing;
using Serverless.Transport.Pins;

namespace Serverless.Tests.Unit.Devices.Authentication;

public sealed class AnonymousFunctionTests
{
    /// <summary>What is for everybody, and what proves itself in another way. Whoever adds a function here says that it tells nothing to one device that it would not tell to all.</summary>
    private static readonly Type[] AskNobody = [typeof(HealthFunction), typeof(ReadinessFunction), typeof(SigningHealthFunction), typeof(KeysFunction), typeof(StatusFunction), typeof(PinsFunction), typeof(EnrolmentFunction), typeof(SessionFunction), typeof(EntraSignInFunction), typeof(DashboardFunction)];

    public static TheoryData<Type> Classes =>
    [
        .. FunctionCatalog.Discover(typeof(DeviceBody).Assembly.GetTypes()).Functions.OfType<HttpFunction>()
            .Where(function => !function.Route.StartsWith("api/manage/", StringComparison.Ordinal))
            .Select(function => function.Class)
            .Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Function_that_anybody_may_call_has_a_gate_or_is_public(Type function)
    {
        var asks = function.GetConstructors().Single().GetParameters().Any(parameter => parameter.ParameterType == typeof(DeviceBody) || parameter.ParameterType == typeof(IDeviceGate));

        Assert.True(asks != AskNobody.Contains(function));
    }
}
